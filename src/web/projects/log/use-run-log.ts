import { useEffect, useRef, useState } from 'react';
import type { RunAnswer, RunLogEvent } from '../../../http/contract.ts';
import { createLogLines, type LogLine, type LogStream } from './log-lines.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;

export interface SeenLog {
  lines: readonly LogLine[];
  /** Lines before those. */
  forgotten: number;
  /** `complete`: the run has ended, and this is all that it said. */
  state: 'live' | 'interrupted' | 'complete';
}

const NOTHING: SeenLog = { lines: [], forgotten: 0, state: 'live' };

/**
 * A run's log as it grows; null follows none. A stream that breaks is resumed by the browser, one that was refused is
 * opened anew where the last one ended, and text that comes twice is shown once.
 */
export function useRunLog(runId: string | null, onRun: (run: RunAnswer) => void): SeenLog {
  const [seen, setSeen] = useState(NOTHING);
  const latest = useRef(onRun);
  useEffect(() => {
    latest.current = onRun;
  });

  useEffect(() => {
    if (runId === null) return;
    const log = createLogLines();
    let position = 0;
    let state: SeenLog['state'] = 'live';
    let stream: EventSource;
    let retryMs = FIRST_RETRY_MS;
    let retryTimer: number | undefined;
    let frame: number | undefined;

    // However fast output comes, it is drawn once a frame.
    const show = () => {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        setSeen({ lines: log.lines(), forgotten: log.forgotten(), state });
      });
    };
    const take = (from: LogStream) => (event: MessageEvent<string>) => {
      const piece = JSON.parse(event.data) as RunLogEvent;
      const known = Math.max(0, position - piece.position);
      if (known >= piece.text.length) return;
      log.append(from, piece.text.slice(known));
      position = piece.position + piece.text.length;
      show();
    };
    const open = () => {
      stream = new EventSource(`/api/runs/${encodeURIComponent(runId)}/logs?from=${position}`);
      stream.addEventListener('stdout', take('stdout'));
      stream.addEventListener('stderr', take('stderr'));
      stream.addEventListener('status', ({ data }: MessageEvent<string>) => {
        const run = JSON.parse(data) as RunAnswer;
        latest.current(run);
        if (run.endedAt === null) return;
        stream.close();
        state = 'complete';
        show();
      });
      stream.onopen = () => {
        retryMs = FIRST_RETRY_MS;
        state = 'live';
        show();
      };
      stream.onerror = () => {
        state = 'interrupted';
        show();
        if (stream.readyState !== EventSource.CLOSED) return;
        retryTimer = window.setTimeout(open, retryMs);
        retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
      };
    };

    open();
    return () => {
      clearTimeout(retryTimer);
      if (frame !== undefined) cancelAnimationFrame(frame);
      stream.close();
      setSeen(NOTHING);
    };
  }, [runId]);

  return seen;
}
