import type { ApprovalWait, ConnectionSummary, ConsentWait, RequestView } from '../ports/requests.ts';
import type { User } from '../ports/sessions.ts';
import type {
  ApprovalWaiting,
  ConnectionView,
  ConsentWaiting,
  RequestAnswer,
  SessionAnswer,
  SignedOutAnswer,
  WaitingFor,
} from './contract.ts';
import type { HttpParts } from './parts.ts';

/** Rows as the contract shows them. */

export function requestAnswerOf(request: RequestView, publicUrl: string): RequestAnswer {
  return {
    id: request.id,
    revision: request.revision,
    text: request.text,
    language: request.language,
    status: request.status,
    answer: request.answer,
    waitingFor: waitingForOf(request, publicUrl),
    calls: request.calls.map(({ id, tool, status }) => ({ id, tool, status })),
    createdAt: request.createdAt.toISOString(),
    finishedAt: request.finishedAt?.toISOString() ?? null,
  };
}

/** Everything that a request waits for. */
export function waitingForOf(request: RequestView, publicUrl: string): WaitingFor[] {
  return [
    ...request.waitingFor.map((wait) => consentWaitOf(wait, publicUrl)),
    ...request.approvals.map(approvalWaitOf),
  ];
}

function approvalWaitOf(asked: ApprovalWait): ApprovalWaiting {
  const { approvalId, provider, reason, tool, preview, deadline, expiresAt } = asked;
  return {
    kind: 'approval',
    provider,
    reason,
    scopes: [],
    link: null,
    deadline: deadline.toISOString(),
    flowId: null,
    approvalId,
    tool,
    preview: escapeInvisible(preview),
    expiresAt: expiresAt.toISOString(),
  };
}

/** Characters that could make a preview look like another text are shown by their code points (AG-1). */
function escapeInvisible(text: string): string {
  return text.replaceAll(
    /[^\P{C}\n]|[\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function consentWaitOf(wait: ConsentWait, publicUrl: string): ConsentWaiting {
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

export function sessionAnswerOf(user: User, parts: Place): SessionAnswer {
  return { user: { id: user.id, name: user.name, language: user.language }, ...placeOf(parts) };
}

type Place = Pick<HttpParts, 'settings' | 'discord'>;

/** What a page may know before anybody signed in. */
export function placeOf({ settings, discord }: Place): Omit<SignedOutAnswer, 'error'> {
  const { emulated, offlinePlanner, deployment } = settings;
  return { signIn: discord ? 'discord' : 'name', emulated: [...emulated], offlinePlanner, deployment };
}
