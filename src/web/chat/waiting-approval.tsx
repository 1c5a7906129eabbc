import { useId, type ReactNode } from 'react';
import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { ApprovalBody, ApprovalWaiting } from '../../http/contract.ts';
import { Deadline } from './deadline.tsx';

interface WaitingApprovalProps {
  approval: ApprovalWaiting;
  language: Language;
  texts: PageTexts;
  busy: boolean;
  onDecide(decision: ApprovalBody['decision']): void;
  /** More buttons. */
  children: ReactNode;
}

/** One call that waits for a yes or no: exactly what would be done, whole. */
export function WaitingApproval({ approval, language, texts, busy, onDecide, children }: WaitingApprovalProps) {
  const titleId = useId();
  const actions: Partial<Record<string, string>> = texts.approval.actions;

  return (
    <div className="waiting-flow" role="group" aria-labelledby={titleId}>
      <h2 id={titleId}>{texts.approval.title(actions[approval.tool] ?? approval.tool)}</h2>
      <p>{texts.approval.explanation}</p>
      <h3>{texts.approval.preview}</h3>
      <pre className="preview">{approval.preview}</pre>
      <Deadline deadline={approval.deadline} language={language} texts={texts} />
      <div className="actions">
        <button type="button" className="button primary" disabled={busy} onClick={() => onDecide('approve')}>
          {busy ? texts.approval.deciding : texts.approval.approve}
        </button>
        <button type="button" className="button" disabled={busy} onClick={() => onDecide('deny')}>
          {texts.approval.deny}
        </button>
        {children}
      </div>
    </div>
  );
}
