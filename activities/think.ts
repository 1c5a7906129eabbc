import type { ClosedReason, Provider } from '../src/domain/words.ts';
import { isToolName, needsOf, TOOLS } from '../src/domain/tools.ts';
import type { Model, ModelTurn } from '../src/ports/model.ts';
import type { NewTurn, StoryStore } from '../src/ports/story-store.ts';
import { refused } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { assertOwnRow } from './own-row.ts';
import { parseArguments } from './tools/index.ts';

const THINK_TIMEOUT_MS = 90_000;
/** How much of the conversation a request sees. */
const EARLIER_TURNS = 20;
/** More calls in one turn are a model going wild. */
const MAX_CALLS = 5;

export interface ThinkParts {
  stories: StoryStore;
  model: Model;
}

/** A call as the workflow knows it. Its arguments stay in Postgres. */
export interface ChosenCall {
  callId: string;
  tool: string;
  provider: Provider | null;
}

/** How a call ended, as the workflow knows it. Its result stays in Postgres. */
export type SettledCallRef =
  { callId: string; outcome: 'done' | ClosedReason } | { callId: string; outcome: 'failed'; code: string };

export type Turn = { kind: 'answer' } | { kind: 'calls'; calls: ChosenCall[] };

export function createThink({ stories, model }: ThinkParts) {
  return {
    /**
     * One turn of the model. The first one claims the request for its workflow. The turn is stored before it is
     * returned, and a retry returns what is stored.
     */
    async think(input: { requestId: string; step: number; settled: SettledCallRef[] }): Promise<Turn> {
      const { requestId, step, settled } = input;
      assertOwnRow(`request-${requestId}`);
      const failures = settled.flatMap((call) => (call.outcome === 'failed' ? [call] : []));
      if (failures.length > 0) await stories.recordFailures(requestId, failures);
      const [story, earlier] = await Promise.all([
        stories.claim(requestId),
        stories.earlierTurns(requestId, EARLIER_TURNS),
      ]);
      if (story === null) throw refused('requestNotFound');

      const stored = story.turns.find((turn) => turn.step === step);
      if (stored === undefined) {
        const { language, text, askedAt, timeZone, turns } = story;
        const context = { language, text, askedAt, timeZone, earlier, turns };
        const chosen = await withHeartbeat(THINK_TIMEOUT_MS, (_, timeout) => model.think(context, timeout));
        const saved = await stories.saveTurn(requestId, toNewTurn(step, chosen));
        return saved.answer === null ? { kind: 'calls', calls: saved.calls } : { kind: 'answer' };
      }
      if (stored.answer !== null) return { kind: 'answer' };
      return { kind: 'calls', calls: stored.calls.map(({ callId, tool }) => ({ callId, tool, ...providerOf(tool) })) };
    },
  };
}

/** The model's choice as rows: unknown tools and arguments that do not fit their schema are refused before they exist. */
function toNewTurn(step: number, turn: ModelTurn): NewTurn {
  if (turn.kind === 'answer') return { step, answer: turn.text, calls: [] };
  if (turn.calls.length === 0 || turn.calls.length > MAX_CALLS) throw refused('modelMisbehaved');
  const calls = turn.calls.map(({ tool, arguments: raw }) => {
    if (!isToolName(tool)) throw refused('unknownTool');
    const stored = parseArguments(tool, raw);
    const { provider, writes } = TOOLS[tool];
    return { tool, arguments: stored, provider, needs: needsOf(tool, stored), writes };
  });
  return { step, answer: null, calls };
}

function providerOf(tool: string): { provider: Provider | null } {
  return { provider: isToolName(tool) ? TOOLS[tool].provider : null };
}
