import { fileURLToPath } from 'node:url';
import { isNativeError } from 'node:util/types';
import pino from 'pino';
import type { DestinationStream } from 'pino';
import { MASK, isSecretField, redact } from './domain/redact.ts';

/** Fields and a message, or either. An error may stand for the fields; its masked message is then the default message. */
export interface Log {
  (message: string): void;
  (fields: object, message?: string): void;
}

export interface Logger {
  debug: Log;
  info: Log;
  warn: Log;
  error: Log;
  /** A logger that adds `fields` to each of its lines. */
  child(fields: object): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const MAX_TEXT = 8_000;
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;

/**
 * JSON lines on stdout. Whatever is handed to it, no error is written as it is and every text passes `redact` (SE-3):
 * client libraries put tokens and bodies into their errors.
 */
export function createLogger(
  options: {
    name: string;
    level: LogLevel;
    /** Hears the words of each line that is an alarm, as they are written. */
    onAlarm?: (words: string) => void;
  },
  destination: DestinationStream = pino.destination(1),
): Logger {
  const lines = pino(
    {
      level: options.level,
      base: { name: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // pino's own serializer of errors keeps causes and every enumerable property.
      serializers: { err: (value: unknown) => value },
    },
    destination,
  );
  return wrap(lines, options.onAlarm);
}

function wrap(lines: pino.Logger, onAlarm: (words: string) => void = () => undefined): Logger {
  const log =
    (level: 'debug' | 'info' | 'warn' | 'error'): Log =>
    (fields: object | string, message?: string) => {
      if (!lines.isLevelEnabled(level)) return;
      if (typeof fields === 'string') return lines[level](masked(fields));
      const given = isError(fields) ? { err: fields } : fields;
      const words = message ?? (isError(fields) ? fields.message : undefined);
      const line: object = { ...(isAlarm(given) && { alarm: true }), ...(loggable(given) as object) };
      lines[level](line, words === undefined ? undefined : masked(words));
      if ('alarm' in line && line.alarm === true) onAlarm(masked(words ?? 'something needs an operator'));
    };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (fields) => wrap(lines.child({ ...(loggable(fields) as object) }), onAlarm),
  };
}

interface ErrorLike {
  name: string;
  message: string;
  stack?: string;
}

/** Errors that only an operator can mend. `"alarm": true` is what they look for in the lines of every process. */
const ALARMS = ['Alarm', 'ClientRefused'];

function isAlarm(fields: object): boolean {
  return 'err' in fields && isError(fields.err) && ALARMS.includes(fields.err.name);
}

/** Also errors of other realms and libraries that only look like one. */
function isError(value: unknown): value is ErrorLike {
  if (isNativeError(value) || value instanceof Error) return true;
  if (typeof value !== 'object' || value === null) return false;
  return 'message' in value && typeof value.message === 'string' && 'stack' in value && typeof value.stack === 'string';
}

/** What may be known of an error: never its cause, config, request, response, body or headers. */
function loggableError(error: ErrorLike): Record<string, unknown> {
  const known: Record<string, unknown> = { name: masked(String(error.name)), message: masked(String(error.message)) };
  for (const field of ['code', 'status', 'kind', 'reason']) {
    const value: unknown = Reflect.get(error, field);
    if (typeof value === 'number') known[field] = value;
    if (typeof value === 'string') known[field] = isSecretField(field, value) ? MASK : masked(value);
  }
  const frames = ownFrames(error);
  if (frames.length > 0) known.stack = frames;
  return known;
}

const ROOT_PATH = fileURLToPath(new URL('..', import.meta.url));

/** Stack frames in our own files, relative to the repository. The head is cut off: it repeats the message. */
function ownFrames(error: ErrorLike): string[] {
  const stack = typeof error.stack === 'string' ? error.stack : '';
  const head = stack.lastIndexOf(error.message);
  return stack
    .slice(head < 0 ? 0 : head + error.message.length)
    .split('\n')
    .filter((line) => /^\s*at .*\.tsx?:\d+:\d+\)?$/.test(line) && line.includes(ROOT_PATH))
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, 10)
    .map((line) => masked(line.trim().replaceAll(`file://${ROOT_PATH}`, '').replaceAll(ROOT_PATH, '')));
}

/** A copy that is safe to write: errors reduced, texts masked, secret fields masked, depth and size bounded. */
function loggable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return masked(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (isError(value)) return loggableError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL || value instanceof URLSearchParams) return masked(String(value));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Set) return loggable([...value], depth);
  if (value instanceof Map) return loggable(Object.fromEntries(value), depth);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => loggable(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ITEMS)
      .map(([name, field]) => [masked(name), loggableField(name, field, depth)]),
  );
}

function loggableField(name: string, field: unknown, depth: number): unknown {
  if (typeof field === 'string' && isSecretField(name, field)) return MASK;
  return loggable(field, depth + 1);
}

function masked(text: string): string {
  if (text.length <= MAX_TEXT) return redact(text);
  // A secret that the cut divides would lose its shape: the last, possibly cut word is dropped before masking.
  return `${redact(text.slice(0, MAX_TEXT).replace(/\S*$/, ''))}...`;
}
