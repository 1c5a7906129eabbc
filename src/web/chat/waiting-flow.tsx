import { useId, type ReactNode } from 'react';
import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { ConsentWaiting } from '../../http/contract.ts';
import { PermissionList } from '../parts/permission-list.tsx';
import { Deadline } from './deadline.tsx';

interface WaitingFlowProps {
  flow: ConsentWaiting;
  emulated: boolean;
  /** How many requests one consent would wake. */
  waiters: number;
  language: Language;
  texts: PageTexts;
  skipping: boolean;
  onSkip(): void;
  /** More buttons. */
  children: ReactNode;
}

/** One account that is asked for: why, what it may do, until when. */
export function WaitingFlow(props: WaitingFlowProps) {
  const { flow, emulated, waiters, language, texts, skipping, onSkip, children } = props;
  const titleId = useId();
  const provider = texts.provider(flow.provider, emulated);
  const { title, explanation } = headline(flow, provider, texts);
  const again = flow.lastOutcome === 'denied' || flow.lastOutcome === 'failed';

  return (
    <div className="waiting-flow" role="group" aria-labelledby={titleId} data-outcome={flow.lastOutcome ?? undefined}>
      <h2 id={titleId}>{title}</h2>
      <p>{explanation}</p>
      {flow.scopes.length > 0 && (
        <>
          <h3>{texts.wait.permissions}</h3>
          <PermissionList scopes={flow.scopes} language={language} />
        </>
      )}
      {!again && <p>{waiters > 1 ? texts.wait.resumesSeveral(waiters) : texts.wait.resumes}</p>}
      {flow.openedByStranger && <p className="note">{texts.wait.openedByStranger}</p>}
      <Deadline deadline={flow.deadline} language={language} texts={texts} />
      <div className="actions">
        <a className="button primary" href={flow.link}>
          {again ? texts.wait.reconnect : texts.wait.connect(provider)}
        </a>
        {again && (
          <button type="button" className="button" disabled={skipping} onClick={onSkip}>
            {skipping ? texts.wait.skipping : texts.wait.skip}
          </button>
        )}
        {children}
      </div>
    </div>
  );
}

function headline({ lastOutcome, reason }: ConsentWaiting, provider: string, texts: PageTexts) {
  const { wait } = texts;
  if (lastOutcome === 'denied') return { title: wait.denied(provider), explanation: wait.deniedHint };
  if (lastOutcome === 'failed') return { title: wait.failed(provider), explanation: wait.failedHint };
  return { title: wait.title(provider), explanation: wait.reason[reason](provider) };
}
