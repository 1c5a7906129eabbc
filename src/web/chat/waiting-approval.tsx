import { useId, type ReactNode } from 'react';
import { toolText } from '../../domain/texts/names.ts';
import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { ApprovalWaiting } from '../../http/contract.ts';
import { callWords } from '../call-words.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { isFirst } from '../is-first.ts';
import { useAction } from '../use-action.ts';
import type { RequestActions } from '../use-requests.ts';
import { CallLines } from './call-lines.tsx';
import { Deadline } from './deadline.tsx';

interface WaitingApprovalProps {
  approval: ApprovalWaiting;
  emulated: boolean;
  language: Language;
  texts: PageTexts;
  /** All of the request are being agreed to. */
  busy: boolean;
  onDecide: RequestActions['decide'];
  /** More buttons. */
  children: ReactNode;
}

/** One call that waits for a yes or no: why, what it does in plain words, and exactly what would be done. */
export function WaitingApproval(props: WaitingApprovalProps) {
  const { approval, emulated, language, texts, busy, onDecide, children } = props;
  const titleId = useId();
  const { approvalId, provider, tool, preview, deadline } = approval;
  // Busy until another preview takes the place of this one: what was decided is not asked twice.
  const approve = useAction(approvalId, onDecide);
  const deny = useAction(approvalId, onDecide);
  const disabled = busy || approve.busy || deny.busy;
  const fault = approve.fault ?? deny.fault;
  const { lines, whole } = callWords(approval, language, texts);

  return (
    <div className="waiting-flow" role="group" aria-labelledby={titleId}>
      <h2 id={titleId}>{texts.approval.title(toolText(tool, language))}</h2>
      <p>{texts.approval.explanation(provider && texts.provider(provider, emulated))}</p>
      <CallLines lines={lines} />
      <details className="preview" open={!whole}>
        <summary>{texts.approval.preview}</summary>
        <p className="aside">{texts.approval.previewHint}</p>
        <pre>{preview}</pre>
      </details>
      <Deadline deadline={deadline} language={language} texts={texts} />
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={disabled}
          onClick={(click) => isFirst(click) && approve.act(approvalId, 'approve')}
        >
          {approve.busy ? texts.approval.deciding : texts.approval.approve}
        </button>
        <button
          type="button"
          className="button"
          disabled={disabled}
          onClick={(click) => isFirst(click) && deny.act(approvalId, 'deny')}
        >
          {deny.busy ? texts.approval.deciding : texts.approval.deny}
        </button>
        {children}
      </div>
      {fault && <FaultNote fault={fault} texts={texts} />}
    </div>
  );
}
