import { isIP } from 'node:net';
import { z } from 'zod';

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Longer delays overflow a timer, which then fires at once. */
const time = z.int().positive().max(2_147_483_647);
const amount = z.int().positive();

const limits = z
  .strictObject({
    /** How long the process lives at most. */
    wallMs: time.default(6 * 60 * MINUTE),
    /** From a connection's first byte to the end of the headers; to the end of the body; to the end of the answer. */
    headersMs: time.default(10 * SECOND),
    bodyMs: time.default(10 * MINUTE),
    exchangeMs: time.default(30 * MINUTE),
    /** Upstream: name resolved and TLS done; silence before its answer begins; silence inside of it. */
    connectMs: time.default(10 * SECOND),
    answerMs: time.default(10 * MINUTE),
    idleMs: time.default(2 * MINUTE),
    connections: amount.default(64),
    requestsAtOnce: amount.default(24),
    /** What all requests together may hold in memory, before it is sent on. */
    bufferedBytes: amount.default(64 * MIB),
    modelBodyBytes: amount.default(32 * MIB),
    jsonDepth: amount.default(100),
    jsonValues: amount.default(300_000),
    /** The most that one message may ask for; what is left of the budget may be less. */
    maxTokens: amount.default(64_000),
    fetchBodyBytes: amount.default(16 * MIB),
    pushBytes: amount.default(256 * MIB),
    /** Of all answers of a run: clones, packages, messages. */
    receivedBytes: amount.default(8 * KIB * MIB),
  })
  .prefault({});

/** An address of an upstream: what is appended to it is ours, so it ends without a slash and has nothing odd in it. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => {
    const { username, password, search, hash, pathname } = new URL(text);
    return !username && !password && !search && !hash && /^(\/[\w.~-]+)*\/?$/.test(pathname);
  }, 'has a user, a query, a fragment or an unusual path')
  .transform((text) => new URL(text.replace(/\/+$/, '')));

const credential = z.strictObject({
  username: z.string().min(1).max(256),
  password: z
    .string()
    .min(1)
    .max(8 * KIB),
});

const git = z.strictObject({
  /** The one repository: https://host/owner/repository, with or without `.git`, as its host calls it. */
  remote: address.refine((url) => url.pathname.length > 1, 'names no repository'),
  /** Null: a public repository. */
  credential: credential.nullable(),
  /** The prefix ends with a slash: `refs/heads/run/`. */
  push: z.union([
    z.literal(false),
    z.strictObject({
      refPrefix: z
        .string()
        .max(200)
        .regex(/^refs\/heads\/([\w-]+\/)+$/),
    }),
  ]),
});

const model = z.strictObject({
  baseUrl: address,
  apiKey: z
    .string()
    .min(1)
    .max(8 * KIB)
    .regex(/^[\x21-\x7e]+$/),
  budget: z.strictObject({ requests: amount, inputBytes: amount, outputTokens: amount }),
  models: z.array(z.string().min(1).max(200)).min(1).max(50),
});

const registry = z.strictObject({
  name: z
    .string()
    .max(40)
    .regex(/^[a-z][a-z0-9-]*$/),
  url: address,
});

/**
 * What one lending proxy is told, as one line of JSON on its stdin. Secrets are in it: it is never an argument, an
 * environment variable or a file.
 */
export const lendingSettings = z
  .strictObject({
    /** Exists already, and is never made again: it is bind-mounted. */
    socketDir: z.string().regex(/^\/[^\0]*$/),
    /** Who may connect. Ignored when the process is not root: then every user of the run's containers. */
    gid: z.int().nonnegative(),
    git: git.nullable(),
    model: model.nullable(),
    /** Package registries that are read without any credential. None unless the operator says so. */
    registries: z.array(registry).max(10).default([]),
    limits,
    /** Addresses that are reached although they are private, and without TLS. For test mode only (CO-2). */
    allowedPrivate: z.array(z.string().refine((text) => isIP(text) !== 0, 'is no address')).default([]),
  })
  .refine(
    (all) => new Set(all.registries.map(({ name }) => name)).size === all.registries.length,
    'repeats a registry',
  );

/** As the starter writes it. */
export type LendingSettingsInput = z.input<typeof lendingSettings>;
export type LendingSettings = z.output<typeof lendingSettings>;
export type LendingLimits = LendingSettings['limits'];
