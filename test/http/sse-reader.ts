import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { HOST, until } from './http-fixture.ts';

export interface StreamEvent {
  /** NaN for an event without one. */
  id: number;
  event: string;
  data: unknown;
}

export type SseReader = Awaited<ReturnType<typeof openSse>>;

/** Opens an event stream as a browser does, `/api/events` unless told. Blocks that only carry an id count as `mark`. */
export async function openSse(
  port: number,
  options: { as: string; path?: string; lastEventId?: string; method?: string },
) {
  const events: StreamEvent[] = [];
  const marks: number[] = [];
  let comments = 0;
  let ended = false;
  let buffered = '';

  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers: Record<string, string> = {
      host: HOST,
      cookie: `panager=${options.as}`,
      accept: 'text/event-stream',
    };
    if (options.lastEventId !== undefined) headers['last-event-id'] = options.lastEventId;
    const request = httpRequest(
      {
        port,
        host: '127.0.0.1',
        path: options.path ?? '/api/events',
        method: options.method ?? 'GET',
        headers,
        agent: false,
      },
      resolve,
    );
    request.on('error', reject);
    request.end();
  });
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    buffered += chunk;
    const blocks = buffered.split('\n\n');
    buffered = blocks.pop() ?? '';
    blocks.forEach(take);
  });
  response.on('close', () => (ended = true));
  response.on('error', () => (ended = true));

  function take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
    );
    const data = fields.get('data');
    if (block.startsWith(':')) comments++;
    else if (data !== undefined) {
      events.push({ id: Number(fields.get('id')), event: fields.get('event') ?? '', data: JSON.parse(data) });
    } else if (fields.has('id')) marks.push(Number(fields.get('id')));
  }

  return {
    status: response.statusCode,
    headers: response.headers,
    events,
    marks,
    comments: () => comments,
    ended: () => ended,
    /** Waits for that many events, then for nothing more to be under way. */
    async received(count: number): Promise<StreamEvent[]> {
      await until(() => events.length >= count);
      return events;
    },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => void response.destroy(),
  };
}
