import type { Credentials, Lent } from '../src/connections/credentials.ts';
import { effectKey } from '../src/connections/effect-key.ts';
import {
  completeCall,
  enterCall,
  failCall,
  giveBack,
  leaveUncertain,
  refuseCredential,
  takeOver,
} from '../src/connections/tool-calls.ts';
import type { CallDecision, Overtaken } from '../src/connections/tool-calls.ts';
import { isToolName } from '../src/domain/tools.ts';
import type { ClosedReason } from '../src/domain/words.ts';
import type { Call, Connection, ConsentStore } from '../src/ports/consent-store.ts';
import { ProviderFailure } from '../src/ports/provider-failure.ts';
import { approvalRequired, authRequired, lookAgain, refused } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { assertOwnRow } from './own-row.ts';
import { createTools, type ToolParts } from './tools/index.ts';
import type { ReadTool, StartTool, Tool, WriteContext, WriteTool } from './tools/tool.ts';

const PROVIDER_TIMEOUT_MS = 20_000;

export interface CallToolParts extends ToolParts {
  store: ConsentStore;
  credentials: Credentials;
}

export type Settled = { outcome: 'done' | ClosedReason } | { outcome: 'failed'; code: string };
/** The call goes on in a run: the workflow starts it, and settles the call when it has ended. */
export type StartedRun = { outcome: 'started'; runId: string };
type LentCredential = Extract<Lent, { kind: 'lent' }>;

/** Refusals that another try does not change. */
const DEFINITE = new Set(['forbidden', 'notFound', 'conflict', 'invalidRequest']);

export function createCallTool(parts: CallToolParts) {
  const { store, credentials } = parts;
  const tools = createTools(parts);

  return {
    /**
     * One attempt of one tool call. The gate decides whether it may act; a missing account or approval is thrown before
     * any side effect. The result stays in the ledger: the workflow learns only that it is there.
     */
    async callTool(ref: { requestId: string; callId: string }): Promise<Settled | StartedRun> {
      assertOwnRow(`request-${ref.requestId}`);
      const call = await store.findCall(ref.requestId, ref.callId);
      if (call === null || !isToolName(call.tool)) throw refused('callNotFound');
      return obey(call, tools[call.tool], await enterCall(store, call));
    },
  };

  async function obey(call: Call, tool: Tool, decision: CallDecision | Overtaken): Promise<Settled | StartedRun> {
    switch (decision.kind) {
      case 'done':
        return { outcome: 'done' };
      case 'failed':
        return { outcome: 'failed', code: decision.code };
      case 'closed':
        return { outcome: decision.reason };
      case 'parked':
        throw authRequired({ ...decision, deadline: decision.deadline.getTime() });
      case 'unapproved':
        throw approvalRequired({ approvalId: decision.approvalId, deadline: decision.lookAgainAt.getTime() });
      case 'tooEarly':
        throw lookAgain('effectUnderWay', decision.delayMs);
      case 'overtaken':
        throw lookAgain('credentialOvertaken', 100);
      case 'reconcile':
        if (!tool.writes || 'start' in tool) throw refused('nothingToReconcile');
        return reconcile(call, tool, decision.fence, decision.connection);
      case 'run':
        if ('start' in tool) return start(call, tool);
        if (decision.connection === null) throw refused('toolNeedsProvider');
        return tool.writes
          ? write(call, tool, decision.fence, decision.connection)
          : read(call, tool, decision.fence, decision.connection);
    }
  }

  /** A refusal is the outcome of the call. What was stored has its end in rows of its own. */
  async function start(call: Call, tool: StartTool): Promise<Settled | StartedRun> {
    const { requestId, userId } = call;
    const started = await tool.start(call.arguments, { requestId, userId, effectKey: effectKey(call) });
    if (started.kind === 'started') return { outcome: 'started', runId: started.runId };
    await failCall(store, call, started.code, started.details);
    return { outcome: 'failed', code: started.code };
  }

  function read(call: Call, tool: ReadTool, fence: number, connection: Connection): Promise<Settled> {
    return withHeartbeat(PROVIDER_TIMEOUT_MS, (signal) =>
      withCredential<Settled>(call, fence, connection, ({ accessToken, connection: { account } }) =>
        settle(call, () => tool.run(call.arguments, { accessToken, account, signal })),
      ),
    );
  }

  /** A write is not torn down with its request: it is let finish, so that what became of it is known. */
  function write(call: Call, tool: WriteTool, fence: number, connection: Connection): Promise<Settled> {
    return withHeartbeat(PROVIDER_TIMEOUT_MS, (_, timeout) =>
      withCredential<Settled>(call, fence, connection, async (lent) => {
        if (!(await store.maySend(call, fence))) throw lookAgain('effectTakenOver', 500);
        return settle(call, () => send(call, tool, fence, writeContext(call, lent, timeout)));
      }),
    );
  }

  /**
   * Acts and keeps the result. A refusal that another try does not change is the outcome of the call: only one of the
   * act itself, because what goes wrong with the credential says nothing about the call.
   * @throws every other error as it is
   */
  async function settle(call: Call, act: () => Promise<unknown>): Promise<Settled> {
    let result: unknown;
    try {
      result = await act();
    } catch (error) {
      if (!isDefinite(error)) throw error;
      await failCall(store, call, error.kind);
      return { outcome: 'failed', code: error.kind };
    }
    await completeCall(store, call, result);
    return { outcome: 'done' };
  }

  async function send(call: Call, tool: WriteTool, fence: number, context: WriteContext): Promise<unknown> {
    try {
      return await tool.send(call.arguments, context);
    } catch (error) {
      // Whether it happened is open. This attempt sends nothing more, so the next one may look at once.
      if (isOpen(error)) await store.closeSendWindow(call, fence);
      throw error;
    }
  }

  /** An earlier attempt may have sent it: the provider knows. */
  async function reconcile(
    call: Call,
    tool: WriteTool,
    fence: number,
    connection: Connection,
  ): Promise<Settled | StartedRun> {
    const settled = await withHeartbeat(PROVIDER_TIMEOUT_MS, (_, timeout) =>
      withCredential(call, fence, connection, async (lent): Promise<Settled | null> => {
        let found: unknown;
        try {
          found = await tool.find(call.arguments, writeContext(call, lent, timeout));
        } catch (error) {
          if (!isDefinite(error)) throw error;
          // The look was refused, and says nothing about what the earlier attempt did.
          await leaveUncertain(store, call);
          return { outcome: 'failed', code: 'uncertain' };
        }
        if (found === null) return null;
        await completeCall(store, call, found);
        return { outcome: 'done' };
      }),
    );
    return settled ?? obey(call, tool, await takeOver(store, call, fence, tool.takesOurKey));
  }

  /** Lends the credential to `act`; a definite 401 gets one refreshed token before the connection counts as revoked. */
  async function withCredential<T>(
    call: Call,
    fence: number,
    connection: Connection,
    act: (lent: LentCredential) => Promise<T>,
  ): Promise<T | Settled> {
    let current = connection;
    let refusedRevision: number | undefined;
    for (;;) {
      const lent = await lend(call, fence, current, refusedRevision);
      if (lent.kind === 'dead') return refuse(call, current, lent.as, fence);
      try {
        return await act(lent);
      } catch (error) {
        if (!(error instanceof ProviderFailure) || error.kind !== 'unauthorized') throw error;
        if (refusedRevision !== undefined) return refuse(call, lent.connection, 'revoked', fence);
        current = lent.connection;
        refusedRevision = lent.revision;
      }
    }
  }

  /** A write that gets no credential has sent nothing. @throws what keeps the credential away, to be tried again */
  async function lend(
    call: Call,
    fence: number,
    connection: Connection,
    refusedRevision: number | undefined,
  ): Promise<Exclude<Lent, { kind: 'busy' }>> {
    try {
      const lent = await credentials.borrow(connection, refusedRevision);
      if (lent.kind === 'busy') throw lookAgain('credentialMoved', 300);
      return lent;
    } catch (error) {
      if (call.writes) await giveBack(store, call, fence);
      throw error;
    }
  }

  async function refuse(call: Call, used: Connection, as: 'expired' | 'revoked', fence: number): Promise<Settled> {
    const refusal = await refuseCredential(store, call, used, as, fence);
    switch (refusal.kind) {
      case 'overtaken':
        throw lookAgain('credentialOvertaken', 100);
      case 'closed':
        return { outcome: refusal.reason };
      case 'failed':
        return { outcome: 'failed', code: refusal.code };
      case 'parked':
        throw authRequired({ ...refusal, deadline: refusal.deadline.getTime() });
    }
  }
}

function writeContext(call: Call, { accessToken, connection }: LentCredential, signal: AbortSignal): WriteContext {
  return { accessToken, account: connection.account, signal, effectKey: effectKey(call) };
}

/** True for failures after which the effect may be there: no answer, a broken one, or one that blames the provider. */
function isOpen(error: unknown): boolean {
  return !isDefinite(error) && !(error instanceof ProviderFailure && error.kind === 'unauthorized');
}

function isDefinite(error: unknown): error is ProviderFailure {
  return error instanceof ProviderFailure && DEFINITE.has(error.kind);
}
