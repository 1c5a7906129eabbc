import type { Response } from 'express';

/** How long a reader that was dropped may still fetch what is buffered, the marker included. */
const FAREWELL_MS = 5_000;
/** How soon a browser connects again by itself. */
const RETRY_MS = 2_000;

export type EventStream = ReturnType<typeof openEventStream>;

/** What an open stream may hold back for its reader, and for how long. */
export interface StreamBounds {
  bufferBytes: number;
  stallMs: number;
}

/**
 * One open event stream (WHATWG HTML 9.2). A reader that leaves `bufferBytes` unread for `stallMs` gets the marker
 * `event: dropped` after what is buffered and is cut off (WE-2); it resumes by the last id that it saw.
 */
export function openEventStream(response: Response, bounds: StreamBounds) {
  const ending = new AbortController();
  response.on('close', () => ending.abort());
  if (response.destroyed) ending.abort();
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    // nginx holds answers back otherwise.
    'X-Accel-Buffering': 'no',
  });

  const write = (text: string): void => {
    if (!ending.signal.aborted) response.write(text);
  };

  const end = (lastWords = ''): void => {
    if (ending.signal.aborted) return;
    ending.abort();
    const cutOff = setTimeout(() => response.destroy(), FAREWELL_MS);
    response.on('close', () => clearTimeout(cutOff));
    response.end(lastWords);
  };

  write(`retry: ${RETRY_MS}\n\n`);

  return {
    /** Aborted as soon as either side ended it. */
    ended: ending.signal,
    /** `data` is written as JSON, so no text in it can begin a field of its own. Without an id, resuming is as before. */
    send: (id: number | null, event: string, data: unknown) =>
      write(`${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    /** Where a browser resumes from, without an event. */
    mark: (id: number) => write(`id: ${id}\n\n`),
    heartbeat: () => write(':\n\n'),
    end: () => end(),

    /** Resolves when there is room for more, or when the stream ended, perhaps because there was none for too long. */
    room: async (): Promise<void> => {
      if (response.writableLength <= bounds.bufferBytes || ending.signal.aborted) return;
      await new Promise<void>((resolve) => {
        const stalled = setTimeout(() => end('event: dropped\ndata: {}\n\n'), bounds.stallMs);
        const settle = (): void => {
          clearTimeout(stalled);
          response.off('drain', settle);
          ending.signal.removeEventListener('abort', settle);
          resolve();
        };
        response.on('drain', settle);
        ending.signal.addEventListener('abort', settle);
      });
    },
  };
}
