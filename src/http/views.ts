import type { ConnectionSummary, ConsentWait, RequestView } from '../ports/requests.ts';
import type { User } from '../ports/sessions.ts';
import type { ConnectionView, RequestAnswer, SessionAnswer, SignedOutAnswer, WaitingFor } from './contract.ts';
import type { HttpSettings } from './settings.ts';

/** Rows as the contract shows them. */

export function requestAnswerOf(request: RequestView, publicUrl: string): RequestAnswer {
  return {
    id: request.id,
    revision: request.revision,
    text: request.text,
    language: request.language,
    status: request.status,
    answer: request.answer,
    waitingFor: request.waitingFor.map((wait) => waitingForOf(wait, publicUrl)),
    calls: request.calls.map(({ id, tool, status }) => ({ id, tool, status })),
    createdAt: request.createdAt.toISOString(),
    finishedAt: request.finishedAt?.toISOString() ?? null,
  };
}

export function waitingForOf(wait: ConsentWait, publicUrl: string): WaitingFor {
  return {
    kind: 'connection',
    provider: wait.provider,
    reason: wait.reason,
    scopes: wait.missingScopes,
    link: `${publicUrl}/connect/${wait.publicId}`,
    deadline: wait.deadline.toISOString(),
    flowId: wait.flowId,
    approvalId: null,
    lastOutcome: wait.lastOutcome,
    openedByStranger: wait.openedByStranger,
  };
}

/** Null for a connection that is gone: pages show what exists. */
export function connectionViewOf(connection: ConnectionSummary): ConnectionView | null {
  if (connection.status === 'gone') return null;
  return {
    id: connection.id,
    provider: connection.provider,
    account: connection.account,
    status: connection.status,
    scopes: connection.scopes,
    connectedAt: connection.connectedAt.toISOString(),
    lastUsedAt: connection.lastUsedAt?.toISOString() ?? null,
  };
}

export function sessionAnswerOf(user: User, settings: HttpSettings): SessionAnswer {
  return { user: { id: user.id, name: user.name, language: user.language }, ...placeOf(settings) };
}

/** What a page may know before anybody signed in. */
export function placeOf(settings: HttpSettings): Omit<SignedOutAnswer, 'error'> {
  const { signIn, emulated, offlinePlanner, deployment } = settings;
  return { signIn, emulated: [...emulated], offlinePlanner, deployment };
}
