import { EngineUnavailable, type EngineTrouble } from '../../ports/container-engine.ts';

/** Statuses that are an answer and no trouble, and what they mean. */
export type Answers<T> = Partial<Record<number, T>>;
export type Call = <T, A = never>(
  work: (signal: AbortSignal) => Promise<T>,
  options?: { answers?: Answers<A>; timeoutMs?: number },
) => Promise<T | A>;

/**
 * Every question to the engine goes through here: it ends in time, even when the engine accepts connections and then says
 * nothing, and what it throws is `EngineUnavailable`, without the engine's words.
 */
export function createCall(defaultTimeoutMs: number): Call {
  return async (work, { answers = {}, timeoutMs = defaultTimeoutMs } = {}) => {
    const timeout = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new EngineUnavailable('timeout'));
        timeout.abort();
      }, timeoutMs);
    });
    const asked = work(timeout.signal);
    // When the timeout was faster, what comes after it interests nobody.
    asked.catch(() => undefined);
    try {
      return await Promise.race([asked, tooLate]);
    } catch (error) {
      const status = property(error, 'statusCode');
      if (typeof status === 'number' && status in answers) return answers[status] as never;
      throw translate(error);
    } finally {
      // After an upgrade the signal still belongs to the open connection: it must not fire any more.
      clearTimeout(timer);
    }
  };
}

/** The one place where the engine's errors are read. */
export function translate(error: unknown): EngineUnavailable {
  return error instanceof EngineUnavailable ? error : new EngineUnavailable(troubleOf(error));
}

function troubleOf(error: unknown): EngineTrouble {
  const status = property(error, 'statusCode');
  if (status === 404) return /no such image/i.test(messageOf(error)) ? 'imageMissing' : 'containerGone';
  if (status === 409) return 'containerGone';
  if (typeof status === 'number') return 'failing';
  switch (property(error, 'code')) {
    case 'ENOENT':
      return 'missing';
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'EACCES':
      return 'unreachable';
    default:
      return 'failing';
  }
}

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');
