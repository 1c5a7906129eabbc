import { useEffect, useRef, useState } from 'react';
import type { ConnectionEvent, RequestAnswer, RunAnswer } from '../http/contract.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;
/** A short interruption is nothing to bother anybody with. */
const SILENT_FOR_MS = 3_000;

interface Handlers {
  onRequest(request: RequestAnswer): void;
  onConnection(event: ConnectionEvent): void;
  onRun(run: RunAnswer): void;
  /** A stream without a past begins or ended: what happened in between has to be asked for. */
  onGap(): void;
}

/**
 * One event stream while the page is open. The browser resumes a broken one by itself, by `Last-Event-ID`; one that it
 * gave up (an answer other than 200) is opened anew, ever more slowly. Returns whether to say that we are reconnecting.
 */
export function useLiveEvents(userId: string, handlers: Handlers): boolean {
  const [reconnecting, setReconnecting] = useState(false);
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });

  useEffect(() => {
    let stream: EventSource;
    let retryMs = FIRST_RETRY_MS;
    let retryTimer: number | undefined;
    let silenceTimer: number | undefined;

    const interrupted = () => {
      silenceTimer ??= window.setTimeout(() => setReconnecting(true), SILENT_FOR_MS);
    };
    const live = () => {
      clearTimeout(silenceTimer);
      silenceTimer = undefined;
      setReconnecting(false);
    };
    const open = () => {
      let opened = false;
      stream = new EventSource(`/api/events?user=${userId}`);
      stream.onopen = () => {
        live();
        retryMs = FIRST_RETRY_MS;
        if (!opened) latest.current.onGap();
        opened = true;
      };
      stream.onerror = () => {
        interrupted();
        if (stream.readyState !== EventSource.CLOSED) return;
        latest.current.onGap();
        retryTimer = window.setTimeout(open, retryMs);
        retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
      };
      stream.addEventListener('request', ({ data }: MessageEvent<string>) =>
        latest.current.onRequest(JSON.parse(data) as RequestAnswer),
      );
      stream.addEventListener('connection', ({ data }: MessageEvent<string>) =>
        latest.current.onConnection(JSON.parse(data) as ConnectionEvent),
      );
      stream.addEventListener('run', ({ data }: MessageEvent<string>) =>
        latest.current.onRun(JSON.parse(data) as RunAnswer),
      );
    };

    interrupted();
    open();
    return () => {
      clearTimeout(retryTimer);
      clearTimeout(silenceTimer);
      stream.close();
    };
  }, [userId]);

  return reconnecting;
}
