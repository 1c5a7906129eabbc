import type { Credentials, Lent } from '../src/connections/credentials.ts';
import { completeCall, enterCall, failCall, refuseCredential } from '../src/connections/tool-calls.ts';
import type { Parked } from '../src/connections/tool-calls.ts';
import { isToolName } from '../src/domain/tools.ts';
import type { ClosedReason } from '../src/domain/words.ts';
import type { Call, Connection, ConsentStore } from '../src/ports/consent-store.ts';
import { ProviderFailure } from '../src/ports/provider-failure.ts';
import { authRequired, lookAgain, refused } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { assertOwnRow } from './own-row.ts';
import { createTools, type ToolParts } from './tools/index.ts';

const PROVIDER_TIMEOUT_MS = 20_000;

export interface CallToolParts extends ToolParts {
  store: ConsentStore;
  credentials: Credentials;
}

type Settled = { outcome: 'done' | ClosedReason } | { outcome: 'failed'; code: string };

/** Refusals that another try does not change: they are the outcome of the call. */
const DEFINITE = new Set(['forbidden', 'notFound', 'conflict', 'invalidRequest']);

export function createCallTool(parts: CallToolParts) {
  const { store, credentials } = parts;
  const tools = createTools(parts);

  return {
    /**
     * One attempt of one tool call. The gate decides whether it may act; a missing account is thrown as `AuthRequired`
     * before any side effect. The result stays in the ledger: the workflow learns only that it is there.
     */
    async callTool(ref: { requestId: string; callId: string }): Promise<Settled> {
      assertOwnRow(`request-${ref.requestId}`);
      const call = await store.findCall(ref.requestId, ref.callId);
      if (call === null || !isToolName(call.tool)) throw refused('callNotFound');
      const tool = tools[call.tool];
      if (tool.writes) throw refused('writesAreNotReady');

      const decision = await enterCall(store, call);
      switch (decision.kind) {
        case 'done':
          return { outcome: 'done' };
        case 'failed':
          return { outcome: 'failed', code: decision.code };
        case 'closed':
          return { outcome: decision.reason };
        case 'parked':
          throw parked(decision);
        case 'run':
          break;
      }
      if (decision.connection === null) throw refused('toolNeedsProvider');
      const { connection } = decision;
      return withHeartbeat(PROVIDER_TIMEOUT_MS, (signal) =>
        actWith(call, connection, (lent) =>
          tool.run(call.arguments, { accessToken: lent.accessToken, account: lent.connection.account, signal }),
        ),
      );
    },
  };

  /** Lends the credential to `act`; a definite 401 gets one refreshed token before the connection counts as revoked. */
  async function actWith(
    call: Call,
    connection: Connection,
    act: (lent: Extract<Lent, { kind: 'lent' }>) => Promise<unknown>,
  ): Promise<Settled> {
    let current = connection;
    let refusedRevision: number | undefined;
    for (;;) {
      const lent = await credentials.borrow(current, refusedRevision);
      if (lent.kind === 'busy') throw lookAgain('credentialMoved', 300);
      if (lent.kind === 'dead') return refuse(call, current, lent.as);
      try {
        await completeCall(store, call, await act(lent));
        return { outcome: 'done' };
      } catch (error) {
        if (!(error instanceof ProviderFailure)) throw error;
        if (DEFINITE.has(error.kind)) {
          await failCall(store, call, error.kind);
          return { outcome: 'failed', code: error.kind };
        }
        if (error.kind !== 'unauthorized') throw error;
        if (refusedRevision !== undefined) return refuse(call, lent.connection, 'revoked');
        current = lent.connection;
        refusedRevision = lent.revision;
      }
    }
  }

  async function refuse(call: Call, used: Connection, as: 'expired' | 'revoked'): Promise<Settled> {
    const refusal = await refuseCredential(store, call, used, as);
    switch (refusal.kind) {
      case 'overtaken':
        throw lookAgain('credentialOvertaken', 100);
      case 'closed':
        return { outcome: refusal.reason };
      case 'parked':
        throw parked(refusal);
    }
  }
}

function parked({ flowId, provider, reason, deadline }: Parked) {
  return authRequired({ flowId, provider, reason, deadline: deadline.getTime() });
}
