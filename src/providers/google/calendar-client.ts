import { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';

import { createBoundedFetch } from '../oauth/bounded-fetch.ts';
import { toCalendarFailure } from './to-calendar-failure.ts';

const GOOGLE_APIS = 'https://www.googleapis.com';

export interface GoogleCalendarOptions {
  /** Origin of another Google (emulated). */
  baseUrl?: string;
  /** Longest wait for one answer, in milliseconds. */
  timeoutMs: number;
}

export type Events = calendar_v3.Calendar['events'];

interface RequestOptions {
  headers: Record<string, string>;
  signal: AbortSignal;
}

export type CalendarClient = ReturnType<typeof createCalendarClient>;

/** Google's own client for Calendar v3. Retries belong to the caller: the client's are off. */
export function createCalendarClient({ baseUrl, timeoutMs }: GoogleCalendarOptions) {
  const { events } = new calendar_v3.Calendar({
    rootUrl: `${new URL(baseUrl ?? GOOGLE_APIS).origin}/`,
    retry: false,
    fetchImplementation: fetchForClient(),
  });

  return {
    /** One request. @throws ProviderFailure, whatever the client threw */
    async ask<T>(
      accessToken: string,
      signal: AbortSignal,
      send: (events: Events, options: RequestOptions) => Promise<{ data: T }>,
    ): Promise<T> {
      try {
        const { data } = await send(events, {
          headers: { authorization: `Bearer ${accessToken}` },
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        return data;
      } catch (error) {
        throw toCalendarFailure(error);
      }
    },
  };
}

/** The client hands over its whole options; only what is HTTP is passed on. */
function fetchForClient(): typeof fetch {
  const boundedFetch = createBoundedFetch();
  return (url, { method, headers, body, signal } = {}) =>
    boundedFetch(url instanceof Request ? url.url : url, { method, headers, body, signal });
}
