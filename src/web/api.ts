import type { Provider } from '../domain/texts/page.ts';
import type {
  ApprovalBody,
  ConnectionListAnswer,
  ConsequencesAnswer,
  ErrorAnswer,
  MessageBody,
  ProjectBody,
  ProjectCreatedAnswer,
  ProjectListAnswer,
  RequestAcceptedAnswer,
  RequestAnswer,
  RequestListAnswer,
  RunAcceptedAnswer,
  RunAnswer,
  RunBody,
  RunDiffAnswer,
  RunListAnswer,
  RunProofAnswer,
  SessionAnswer,
  SignedOutAnswer,
  SignInByNameBody,
  WaitingAnswer,
} from '../http/contract.ts';

/** How many past requests one page of the list holds. */
export const PAGE_SIZE = 30;

/** How many runs of a project are shown. */
export const RUNS_SHOWN = 30;

/** Longer than the slowest honest answer, so that a person learns of a hanging server and can send again. */
const TIMEOUT_MS = 20_000;

/** Why a call did not work. `status` is 0 when there was no answer at all. */
export class ApiFault extends Error {
  readonly status: number;
  readonly code: string;
  /** What to do next, in the server's words; empty when the page has to say it. */
  readonly hint: string;

  constructor(status: number, error: { code: string; message: string; hint: string }) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.hint = error.hint;
  }
}

export type Api = ReturnType<typeof createApi>;

/**
 * The routes that the page uses. Every function throws `ApiFault` and nothing else. `userId` is whom the page shows: when
 * another tab has signed in somebody else, calls are answered 401 instead of being theirs.
 */
export function createApi({ language, userId }: { language: () => string; userId: string | null }) {
  async function call<Answer>(method: string, path: string, body?: object, headers?: HeadersInit): Promise<Answer> {
    const response = await answerOf(path, {
      method,
      headers: {
        accept: 'application/json',
        'accept-language': language(),
        ...(body && { 'content-type': 'application/json' }),
        ...(userId && { 'x-panager-user': userId }),
        ...headers,
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw await faultOf(response);
    return readJson<Answer>(response);
  }

  const connectionPath = (id: string) => `/api/connections/${encodeURIComponent(id)}`;
  const requestPath = (id: string) => `/api/requests/${encodeURIComponent(id)}`;
  const projectPath = (id: string) => `/api/projects/${encodeURIComponent(id)}`;
  const runPath = (id: string) => `/api/runs/${encodeURIComponent(id)}`;

  return {
    /** Who is signed in; without anybody, what a sign-in page needs to know. */
    async session(): Promise<SessionAnswer | SignedOutAnswer> {
      const headers = { accept: 'application/json', 'accept-language': language() };
      const response = await answerOf('/api/session', { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok && response.status !== 401) throw await faultOf(response);
      return readJson(response);
    },
    signInByName: (body: SignInByNameBody) => call<unknown>('POST', '/api/session/local', body),
    signOut: () => call<unknown>('DELETE', '/api/session'),
    requests: (before: string | null) =>
      call<RequestListAnswer>('GET', `/api/requests?${listQuery(before)}`).then((answer) => answer.requests),
    request: (id: string) => call<RequestAnswer>('GET', requestPath(id)),
    waiting: () => call<WaitingAnswer>('GET', '/api/waiting').then((answer) => answer.waiting),
    connections: () => call<ConnectionListAnswer>('GET', '/api/connections').then((answer) => answer.connections),
    startConnecting: (provider: Provider) =>
      call<{ link: string }>('POST', `/api/connections/${provider}/start`, {}).then((answer) => answer.link),
    /** What would end with a connection. */
    consequences: (id: string) => call<ConsequencesAnswer>('GET', `${connectionPath(id)}/consequences`),
    disconnect: (id: string) => call<unknown>('DELETE', connectionPath(id)),
    /** Safe to repeat with the same `clientId`: it gives the same request. */
    send: (message: MessageBody) =>
      call<RequestAcceptedAnswer>('POST', '/api/messages', message, { 'x-time-zone': timeZone() }),
    cancel: (id: string) => call<unknown>('POST', `${requestPath(id)}/cancel`, {}),
    skip: (id: string, flowId: string) => call<unknown>('POST', `${requestPath(id)}/skip`, { flowId }),
    /** A yes or no to exactly one call; it counts once. */
    decide: (approvalId: string, decision: ApprovalBody['decision']) =>
      call<unknown>('POST', `/api/approvals/${encodeURIComponent(approvalId)}`, { decision } satisfies ApprovalBody),
    /** A new request of the same words. */
    restart: (id: string) =>
      call<RequestAcceptedAnswer>('POST', `${requestPath(id)}/restart`, {}, { 'x-time-zone': timeZone() }),
    projects: () => call<ProjectListAnswer>('GET', '/api/projects').then((answer) => answer.projects),
    addProject: (body: ProjectBody) =>
      call<ProjectCreatedAnswer>('POST', '/api/projects', body).then((answer) => answer.project),
    /** Its runs are stopped. */
    deleteProject: (id: string) => call<unknown>('DELETE', projectPath(id)),
    /** Newest first. */
    runs: (projectId: string) =>
      call<RunListAnswer>('GET', `${projectPath(projectId)}/runs?limit=${RUNS_SHOWN}`).then((answer) => answer.runs),
    startRun: (projectId: string, command: string[]) =>
      call<RunAcceptedAnswer>('POST', `${projectPath(projectId)}/runs`, { command } satisfies RunBody),
    run: (id: string) => call<RunAnswer>('GET', runPath(id)),
    stopRun: (id: string) => call<unknown>('POST', `${runPath(id)}/stop`, {}),
    runDiff: (id: string) => call<RunDiffAnswer>('GET', `${runPath(id)}/diff`),
    runProof: (id: string) => call<RunProofAnswer>('GET', `${runPath(id)}/proof`),
  };
}

const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

const listQuery = (before: string | null) =>
  new URLSearchParams({ limit: String(PAGE_SIZE), ...(before && { before }) }).toString();

async function answerOf(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw new ApiFault(0, { code: 'unreachable', message: '', hint: '' });
  }
}

async function readJson<Answer>(response: Response): Promise<Answer> {
  const text = await response.text().catch(() => null);
  if (text === '') return {} as Answer;
  try {
    return JSON.parse(text ?? '') as Answer;
  } catch {
    throw new ApiFault(response.status, { code: 'unreadable', message: '', hint: '' });
  }
}

async function faultOf(response: Response): Promise<ApiFault> {
  const body = await readJson<Partial<ErrorAnswer>>(response).catch(() => null);
  return new ApiFault(response.status, body?.error ?? { code: 'unreadable', message: '', hint: '' });
}
