import { memo, useId } from 'react';
import type { Language } from '../../../domain/texts/page.ts';
import type { ProjectTexts } from '../../../domain/texts/projects.ts';
import type { RunAnswer } from '../../../http/contract.ts';
import { sizeWords } from '../run-words.ts';
import type { LogLine } from './log-lines.ts';
import { useFollowEnd } from './use-follow-end.ts';
import type { SeenLog } from './use-run-log.ts';

interface RunLogProps {
  run: RunAnswer;
  log: SeenLog;
  language: Language;
  texts: ProjectTexts;
}

/** What a run says, as it says it. Not announced line by line: whoever wants to hear it goes into the box. */
export function RunLog({ run, log, language, texts }: RunLogProps) {
  const { box, atEnd, toEnd } = useFollowEnd(log);
  const titleId = useId();
  const words = texts.log;
  const isEmpty = log.lines.length === 0;
  return (
    <section className="run-log" aria-labelledby={titleId} tabIndex={-1}>
      <div className="run-log-head">
        <h3 id={titleId}>{words.title}</h3>
        <span className="aside" role="status">
          {log.state === 'interrupted' && words.reconnecting}
        </span>
      </div>
      {log.lines.some(({ stream }) => stream === 'stderr') && <p className="aside stderr-key">{words.stderr}</p>}
      {log.forgotten > 0 && (
        <p className="aside log-earlier">
          {words.earlier(log.forgotten.toLocaleString(language))}
          <a href={`/api/runs/${run.id}/logs?format=text`} download={`run-${run.id}.log`}>
            {words.download}
          </a>
        </p>
      )}
      <div className="log-area">
        <div ref={box} className="log mono" role="region" aria-label={words.label} tabIndex={0} dir="ltr">
          {isEmpty && <p className="aside">{log.state === 'complete' ? words.nothing : words.nothingYet}</p>}
          {log.lines.map((line) => (
            <Line key={line.number} line={line} />
          ))}
        </div>
        {!atEnd && (
          <button type="button" className="to-newest" onClick={toEnd} aria-label={words.toEnd}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M12 5v14M6 13l6 6 6-6" />
            </svg>
          </button>
        )}
      </div>
      {run.logDroppedBytes > 0 && <p className="note">{words.dropped(sizeWords(run.logDroppedBytes, language))}</p>}
    </section>
  );
}

/** Drawn again only when it changed: its text is the text of an element, never markup. */
const Line = memo(function Line({ line }: { line: LogLine }) {
  return (
    <div className="log-line" data-stream={line.stream}>
      {line.spans.map(({ text, look }, at) =>
        look ? (
          <span key={at} className={look}>
            {text}
          </span>
        ) : (
          text
        ),
      )}
    </div>
  );
});
