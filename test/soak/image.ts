import Docker from 'dockerode';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLAUDE_VERSION, runImage } from '../../infra/images/run-image.ts';
import { startPrivateEngine } from '../../infra/local/engine/private-engine.ts';
import { RUN_UID } from '../../src/domain/container-users.ts';
import type { ContainerEngine } from '../../src/ports/container-engine.ts';
import { createDockerEngine } from '../../src/providers/docker/container-engine.ts';
import { createWorkspaces } from '../../src/providers/workspaces/create-workspaces.ts';
import { inside } from '../containers/support/inside.ts';
import { startRun } from '../containers/support/run.ts';

export interface ImageReport {
  ok: number;
  failed: string[];
  lines: string[];
}

const MIB = 1024 * 1024;
/** What a run gets unless an operator says otherwise. */
const LIMITS = { memoryBytes: 2048 * MIB, cpus: 1, pids: 512, tmpBytes: 256 * MIB };

/** What a run tries first, and the answer it must get. */
const TRIALS: readonly [what: string, script: string, expected: RegExp][] = [
  ['it is nobody of the host', 'id -u; id -un; touch /usr/x 2>&1', new RegExp(`^${RUN_UID}\nrun\n.*Read-only`)],
  [
    'git',
    'git --version && git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x',
    /^git version 2/,
  ],
  [
    'a compiler',
    `printf 'int main(){return 7;}' >a.c && gcc a.c -o a && ./a; echo $?; g++ --version; make --version`,
    /^7\ng\+\+.*GNU Make/s,
  ],
  ['Claude Code', 'claude --version', new RegExp(`^${CLAUDE_VERSION.replaceAll('.', '\\.')} `)],
  ['npm', `printf '{"scripts":{"hi":"node -p 6*7"}}' >package.json && npm run --silent hi`, /^42\n$/],
  ['Python', 'python3 -c "import json, venv; print(6 * 7)"', /^42\n$/],
  ['processes are listed', 'ps -o user= -p $$', /^run\n$/],
  ['certificates are known', 'wc -l </etc/ssl/certs/ca-certificates.crt', /^\d{4,}\n$/],
  ['folders are not for everybody', 'find / -xdev -type d -perm -0002 ! -perm -1000 2>/dev/null', /^$/],
];

/**
 * Makes the image of runs from nothing on an engine of its own, looks at it as every run does (CO-7), and tries what runs
 * do first. Downloads some 400 MB.
 */
export async function soakImage({ log }: { log: (line: string) => void }): Promise<ImageReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const place = await startPrivateEngine(dataDir);
  try {
    const recipe = runImage({ baseImage: null, claudeVersion: CLAUDE_VERSION });
    const { socketPath, workspacesRoot } = place;
    const owner = { installation: randomUUID(), host: 'soak' };
    const engine = createDockerEngine({ socketPath, owner, image: recipe, workspacesRoot });
    const startedAt = Date.now();
    await engine.ensureImage(log);
    const madeIn = `made in ${Math.round((Date.now() - startedAt) / 1000)} s`;
    const sizes = await Promise.all(recipe.steps.map((step) => sizeOf(socketPath, step.name)));
    const again: string[] = [];
    await engine.ensureImage((line) => again.push(line));
    const failed = [
      ...again.map((line) => `made although it was there: ${line}`),
      ...(await engine.checkImage()).problems,
      ...(await tryInside(engine, workspacesRoot)),
      ...(await tryRun(engine)),
      ...(await engine.list()).map(({ name }) => `left behind: ${name}`),
    ];
    return { ok: TRIALS.length + 2 - failed.length, failed, lines: [`${madeIn}; ${sizes.join(', ')}`] };
  } finally {
    await place.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function sizeOf(socketPath: string, name: string): Promise<string> {
  const { Size: size } = await new Docker({ socketPath }).getImage(name).inspect();
  return `${name} ${Math.round(size / MIB)} MiB`;
}

/** A container as runs have it, with a workspace. */
async function tryInside(engine: ContainerEngine, workspacesRoot: string): Promise<string[]> {
  const ref = { runId: randomUUID(), role: 'run' as const };
  const workspaces = await createWorkspaces({ root: workspacesRoot });
  const { workspace } = await workspaces.open(ref.runId, { workspaceBytes: 64 * MIB });
  const mounts = [{ source: workspace, target: '/workspace', readOnly: false }];
  try {
    await engine.start({ ...ref, limits: LIMITS, mounts });
    const failed: string[] = [];
    for (const [what, script, expected] of TRIALS) {
      const { stdout, stderr, code } = await inside(
        engine,
        ref,
        `mkdir -p /workspace/x && cd /workspace/x && ${script}`,
      );
      if (!expected.test(stdout)) failed.push(`${what}: code ${code}, ${JSON.stringify(stdout + stderr)}`);
    }
    return failed;
  } finally {
    await engine.remove(ref);
    await workspaces.remove(ref.runId);
  }
}

/** The image's Node runs the keeper and its helpers. */
async function tryRun(engine: ContainerEngine): Promise<string[]> {
  const run = await startRun({ engine }, 'node -p process.version; exit 3', LIMITS);
  try {
    const { code } = await run.status('ended');
    const said = run.output.stdout.trim();
    return code === 3 && said.startsWith('v24.') ? [] : [`a run ended with ${String(code)} and said ${said}`];
  } finally {
    await engine.remove(run.ref);
  }
}
