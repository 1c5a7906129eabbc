import { z } from 'zod';
import { RUN_FAILURES } from '../domain/runs.ts';
import { PROVIDERS } from '../domain/words.ts';

/**
 * The HTTP contract: every body that comes in is parsed with one of these schemas (unknown keys are refused), every body
 * that goes out has one of these types. The page imports the types only.
 */

export const signInByNameBody = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .regex(/[\p{L}\p{N}]/u, 'needs a letter or a digit')
    .regex(/^[^\p{Cc}\p{Bidi_Control}]*$/u, 'holds control characters'),
});
export type SignInByNameBody = z.infer<typeof signInByNameBody>;

export const messageBody = z.strictObject({
  // Postgres stores no NUL, and what is not well formed would not come back as it went in.
  text: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    .refine((text) => !text.includes('\0') && text.isWellFormed(), 'is not plain text'),
  /** Chosen by the page, once per message: sending it again gives the same request. */
  clientId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
});
export type MessageBody = z.infer<typeof messageBody>;

export const flowChoiceBody = z.strictObject({ flowId: z.uuid() });
export type FlowChoiceBody = z.infer<typeof flowChoiceBody>;

export const noBody = z.strictObject({});

export const requestIdParams = z.strictObject({ id: z.uuid() });
export const providerParams = z.strictObject({ provider: z.enum(PROVIDERS) });

/** Whom the page shows, see `requireShown`. */
export const eventsQuery = z.strictObject({ user: z.uuid().optional() });

/** `before` pages back: only requests older than this ISO 8601 time. */
export const requestListQuery = z.strictObject({
  before: z.iso.datetime().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});

export const connectLinkParams = z.strictObject({ link: z.string().regex(/^[A-Za-z0-9_-]{22}$/) });

const isoTime = z.iso.datetime();

export const sessionAnswer = z.object({
  user: z.object({ id: z.uuid(), name: z.string(), language: z.enum(['ko', 'en']) }),
  /** How one signs in here. */
  signIn: z.enum(['name', 'discord']),
  /** Pretend providers that are in use: pages must say so. */
  emulated: z.array(z.enum(PROVIDERS)),
  /** True when the rule-based planner answers instead of a model. */
  offlinePlanner: z.boolean(),
  deployment: z.enum(['cloud', 'local']),
});
export type SessionAnswer = z.infer<typeof sessionAnswer>;

/** 401 of `GET /api/session`: the error, and what a sign-in page needs to know. */
export const signedOutAnswer = sessionAnswer.omit({ user: true }).extend({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }),
});
export type SignedOutAnswer = z.infer<typeof signedOutAnswer>;

/** A request that waits for an account. */
export const consentWait = z.object({
  kind: z.literal('connection'),
  provider: z.enum(PROVIDERS),
  reason: z.enum(['neverConnected', 'expired', 'revoked', 'scopeMissing', 'wrongAccount']),
  /** What is still to be granted, in the provider's words. */
  scopes: z.array(z.string()),
  /** URL of our connect page: an identifier, not a secret. */
  link: z.url(),
  deadline: isoTime,
  flowId: z.uuid(),
  approvalId: z.null(),
  /** How the last browser trip ended, when one did not connect. */
  lastOutcome: z.enum(['denied', 'failed', 'granted']).nullable(),
  /** Somebody else opened the link; it did nothing for them (OA-4). */
  openedByStranger: z.boolean(),
});
export type ConsentWaiting = z.infer<typeof consentWait>;

/** A request that waits for its person's yes or no to one call. */
export const approvalWait = z.object({
  kind: z.literal('approval'),
  provider: z.enum(PROVIDERS).nullable(),
  reason: z.literal('staleWrite'),
  scopes: z.array(z.string()).max(0),
  link: z.null(),
  /** The call is given up after this. */
  deadline: isoTime,
  flowId: z.null(),
  approvalId: z.uuid(),
  tool: z.string(),
  /** Exactly what will be executed, as JSON text. Control and bidirectional characters are escaped. */
  preview: z.string(),
  /** Until when a decision about this preview counts; then it is shown anew. */
  expiresAt: isoTime,
});
export type ApprovalWaiting = z.infer<typeof approvalWait>;

export const waitingFor = z.discriminatedUnion('kind', [consentWait, approvalWait]);
export type WaitingFor = z.infer<typeof waitingFor>;

export const approvalBody = z.strictObject({ decision: z.enum(['approve', 'deny', 'approveAll']) });
export type ApprovalBody = z.infer<typeof approvalBody>;

export const toolCallView = z.object({
  id: z.string(),
  tool: z.string(),
  status: z.enum(['running', 'waiting', 'done', 'failed', 'skipped', 'expired', 'cancelled']),
});
export type ToolCallView = z.infer<typeof toolCallView>;

export const requestAnswer = z.object({
  id: z.uuid(),
  /** Grows with every change: of two copies the one with the larger number is newer. */
  revision: z.number().int(),
  text: z.string(),
  language: z.enum(['ko', 'en']),
  status: z.enum(['queued', 'thinking', 'waiting', 'running', 'done', 'failed', 'cancelled', 'expired']),
  answer: z.string().nullable(),
  waitingFor: z.array(waitingFor),
  calls: z.array(toolCallView),
  createdAt: isoTime,
  finishedAt: isoTime.nullable(),
});
export type RequestAnswer = z.infer<typeof requestAnswer>;

export const requestListAnswer = z.object({ requests: z.array(requestAnswer) });
export type RequestListAnswer = z.infer<typeof requestListAnswer>;

export const requestAcceptedAnswer = z.object({ requestId: z.uuid() });
export type RequestAcceptedAnswer = z.infer<typeof requestAcceptedAnswer>;

/** `GET /api/waiting`: everything that waits for this person. */
export const waitingAnswer = z.object({
  waiting: z.array(waitingFor.and(z.object({ requestId: z.uuid(), text: z.string() }))),
});
export type WaitingAnswer = z.infer<typeof waitingAnswer>;

export const connectionView = z.object({
  id: z.uuid(),
  provider: z.enum(PROVIDERS),
  account: z.string(),
  status: z.enum(['active', 'revoked']),
  scopes: z.array(z.string()),
  connectedAt: isoTime,
  lastUsedAt: isoTime.nullable(),
});
export type ConnectionView = z.infer<typeof connectionView>;

/** What ends with a connection, asked before it is disconnected. */
export const consequencesAnswer = z.object({
  provider: z.enum(PROVIDERS),
  account: z.string(),
  /** Requests under way that need it: they will wait for another consent. */
  requests: z.array(z.object({ id: z.uuid(), text: z.string() })),
});
export type ConsequencesAnswer = z.infer<typeof consequencesAnswer>;

export const connectionListAnswer = z.object({ connections: z.array(connectionView) });
export type ConnectionListAnswer = z.infer<typeof connectionListAnswer>;

export const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }),
});
export type ErrorAnswer = z.infer<typeof errorAnswer>;

/** A repository by its address. What a public one is, and what is refused: `src/domain/clone-url.ts`. */
export const projectBody = z.strictObject({
  /** Left out: the last part of the address. */
  name: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .regex(/[\p{L}\p{N}]/u, 'needs a letter or a digit')
    .regex(/^[^\p{Cc}\p{Cs}\p{Bidi_Control}]*$/u, 'holds control characters')
    .optional(),
  cloneUrl: z.string().min(1).max(500),
});
export type ProjectBody = z.infer<typeof projectBody>;

/** What is executed in a project: a program and its arguments, without a shell. */
export const runBody = z.strictObject({
  command: z
    .array(z.string().refine((word) => !word.includes('\0') && word.isWellFormed(), 'is not plain text'))
    .min(1)
    .max(64)
    .refine((words) => words[0] !== '', 'names no program')
    .refine((words) => words.reduce((sum, word) => sum + word.length, 0) <= 16 * 1024, 'is too long'),
});
export type RunBody = z.infer<typeof runBody>;

/** A run by the model. Known, so that it can be said that it is not served yet. */
export const promptRunBody = z.strictObject({
  prompt: z.string().min(1),
  mode: z.enum(['plan', 'edit', 'ask']),
  afterRunId: z.uuid().optional(),
});

export const runListQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(30) });

/**
 * `from`: begin at this position of the log, for readers that cannot send `Last-Event-ID`, which counts when both come.
 * `format=text` answers the whole log so far as a file.
 */
export const runLogQuery = z.strictObject({
  format: z.enum(['events', 'text']).default('events'),
  from: z
    .string()
    .regex(/^\d{1,15}$/, 'is not a position')
    .transform(Number)
    .default(0),
});

export const runDiffQuery = z.strictObject({ format: z.enum(['json', 'patch']).default('json') });

const runStatus = z.enum(['queued', 'preparing', 'running', 'stopping', 'done', 'failed', 'stopped']);
const runFailure = z.enum(RUN_FAILURES);

export const runAnswer = z.object({
  id: z.uuid(),
  projectId: z.uuid(),
  /** `import` clones only, to see that the repository can be cloned. */
  kind: z.enum(['import', 'command']),
  /** Empty for an import. */
  command: z.array(z.string()),
  status: runStatus,
  /** How it ended; null until then. */
  ending: z
    .enum(['exited', 'signalled', 'outOfMemory', 'timeLimit', 'diskLimit', 'stopped', 'hostLost', 'failed'])
    .nullable(),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** What kept it from running, for the ending `failed`. */
  failure: runFailure.nullable(),
  createdAt: isoTime,
  startedAt: isoTime.nullable(),
  endedAt: isoTime.nullable(),
  /** From then on nothing of it is left on its host, and there is a proof of it. */
  cleanedAt: isoTime.nullable(),
  leftToHost: z.boolean(),
  /** Bytes at the end of the log that were not kept because there was too much of it. */
  logDroppedBytes: z.number().int(),
});
export type RunAnswer = z.infer<typeof runAnswer>;

export const runListAnswer = z.object({ runs: z.array(runAnswer) });
export type RunListAnswer = z.infer<typeof runListAnswer>;

export const runAcceptedAnswer = z.object({ runId: z.uuid() });
export type RunAcceptedAnswer = z.infer<typeof runAcceptedAnswer>;

export const projectAnswer = z.object({
  id: z.uuid(),
  name: z.string(),
  cloneUrl: z.string(),
  /** Null until it was cloned for the first time. */
  defaultBranch: z.string().nullable(),
  /** The commit that was cloned last. */
  head: z.string().nullable(),
  createdAt: isoTime,
  /** The newest run that clones it, to see that it can be cloned. */
  importRun: z.object({ id: z.uuid(), status: runStatus, failure: runFailure.nullable() }).nullable(),
});
export type ProjectAnswer = z.infer<typeof projectAnswer>;

export const projectListAnswer = z.object({ projects: z.array(projectAnswer) });
export type ProjectListAnswer = z.infer<typeof projectListAnswer>;

/** 201 of `POST /api/projects`. */
export const projectCreatedAnswer = z.object({ project: projectAnswer });
export type ProjectCreatedAnswer = z.infer<typeof projectCreatedAnswer>;

/** 404 `noDiff` until there is one. `?format=patch` answers `patch` alone, as a file. */
export const runDiffAnswer = z.object({
  /** As `git diff` prints it. */
  patch: z.string(),
  /** It was larger than is kept: `patch` is its beginning. */
  cut: z.boolean(),
  files: z.array(
    z.object({ path: z.string(), added: z.number().int(), removed: z.number().int(), binary: z.boolean() }),
  ),
});
export type RunDiffAnswer = z.infer<typeof runDiffAnswer>;

/** What was looked for after a run, and found gone. 404 `noProof` until somebody looked. */
export const runProofAnswer = z.object({
  checkedAt: isoTime,
  host: z.string(),
  /** Names of the containers that were asked for, each no longer known to the engine. */
  containersGone: z.array(z.string()),
  folderGone: z.boolean(),
  /** Null when no secret was lent. */
  secretsGone: z.boolean().nullable(),
  /** Null when none was lent as a file. */
  filesGone: z.boolean().nullable(),
  proxyGone: z.boolean(),
});
export type RunProofAnswer = z.infer<typeof runProofAnswer>;

/**
 * `GET /api/runs/:id/logs` sends `event: stdout` and `event: stderr` with this; `id:` is the position after the text, so
 * that whoever has seen it resumes right there. Positions count UTF-16 units of both streams together, in their order.
 *
 * `event: status` is a `RunAnswer` and has no id of its own. It comes first, and again with every change. One with
 * `endedAt` is the last event: it comes when the run has ended and all of its log was sent, and the stream ends. Whoever
 * reads closes then; a browser would connect again. `event: dropped` comes before a reader that is too slow is cut off.
 */
export const runLogEvent = z.object({ position: z.number().int(), text: z.string() });
export type RunLogEvent = z.infer<typeof runLogEvent>;

/**
 * The event stream sends `event: request` with a `RequestAnswer`, `event: connection` with a `ConnectionView` or
 * `{id, gone: true}`, and `event: run` with a `RunAnswer`; `id:` is the number to resume from. Several changes of one
 * thing may arrive as its newest state. When a run of the kind `import` changes, so does its project.
 */
export type ConnectionEvent = ConnectionView | { id: string; gone: true };
