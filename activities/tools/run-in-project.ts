import { z } from 'zod';
import type { CallRuns } from '../../src/ports/call-runs.ts';
import { RunCapReached } from '../../src/ports/runs.ts';
import type { Started, StartTool } from './tool.ts';

const MAX_COMMAND = 4_000;
/** Names that an answer can still list. */
const MAX_NAMES = 20;

/** A project of the person by its name, and a line for `/bin/sh -c` in a fresh clone of it. */
export const runInProjectArguments = z.strictObject({
  project: z.string().trim().min(1).max(200),
  command: z
    .string()
    .trim()
    .min(1)
    .max(MAX_COMMAND)
    .regex(/^[^\0]*$/, 'no NUL'),
});

/** Stores a run in one of the person's projects. */
export function runInProject(callRuns: CallRuns | undefined): StartTool {
  return {
    writes: true,
    async start(stored, { requestId, userId, effectKey }): Promise<Started> {
      if (callRuns === undefined) return refusal('runsNotServed');
      const { project: name, command } = runInProjectArguments.parse(stored);
      const runId = runIdOf(effectKey);
      // What was stored for this call stays its run, whatever became of the project since.
      if ((await callRuns.find(requestId, runId)) !== null) return { kind: 'started', runId };
      const projects = await callRuns.projects(userId);
      const names = projects.slice(0, MAX_NAMES).map((each) => each.name);
      const project = projects.find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (project === undefined) return refusal('unknownProject', { projects: names });
      try {
        const argv = ['/bin/sh', '-c', command];
        const run = { runId, requestId, userId, projectId: project.id, command: argv };
        const answer = await callRuns.store(run);
        if (answer === 'stored') return { kind: 'started', runId };
        return answer === 'notFound' ? refusal('unknownProject', { projects: names }) : refusal('requestOver');
      } catch (error) {
        if (!(error instanceof RunCapReached)) throw error;
        return refusal('runCapReached', { which: error.which, cap: error.cap });
      }
    },
  };
}

const refusal = (code: string, details?: unknown): Started => ({ kind: 'refused', code, details });

/** A uuid of our own making (RFC 9562, version 8), the same for the same effect. */
export function runIdOf(effectKey: string): string {
  const digits = [...effectKey.slice(0, 32)];
  digits[12] = '8';
  digits[16] = '8';
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
