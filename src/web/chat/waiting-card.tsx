import type { RequestAnswer } from '../../http/contract.ts';
import { approvalsOf, flowsOf } from '../exchanges.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { isFirst } from '../is-first.ts';
import { useAction } from '../use-action.ts';
import type { ReplyProps } from './reply-props.ts';
import { WaitingApproval } from './waiting-approval.tsx';
import { WaitingFlow } from './waiting-flow.tsx';

interface WaitingCardProps extends ReplyProps {
  request: RequestAnswer;
}

/** What a request waits for, and every way on: connect, go on without, decide, stop. */
export function WaitingCard({ request, waitersPerFlow, emulated, language, texts, actions }: WaitingCardProps) {
  const cancel = useAction(request.revision, actions.cancel);
  const skip = useAction(request.revision, actions.skip);
  const flows = flowsOf(request.waitingFor);
  const approvals = approvalsOf(request.waitingFor);
  const approveAll = useAction(approvals.map(({ approvalId }) => approvalId).join(), actions.decide);
  // It answers for all that are shown before it, too.
  const newest = approvals.at(-1);
  const single = flows.length + approvals.length === 1;
  const fault = cancel.fault ?? skip.fault ?? approveAll.fault;
  const stop = (
    <button type="button" className="button plain" disabled={cancel.busy} onClick={() => cancel.act(request.id)}>
      {cancel.busy ? texts.wait.cancelling : texts.wait.cancel}
    </button>
  );

  return (
    <div className="waiting-card">
      {flows.map((flow) => (
        <WaitingFlow
          key={flow.flowId}
          flow={flow}
          emulated={emulated.includes(flow.provider)}
          waiters={waitersPerFlow.get(flow.flowId) ?? 1}
          language={language}
          texts={texts}
          skipping={skip.busy}
          onSkip={() => skip.act(request.id, flow.flowId)}
        >
          {single && stop}
        </WaitingFlow>
      ))}
      {approvals.map((approval) => (
        <WaitingApproval
          key={approval.key}
          approval={approval}
          emulated={approval.provider !== null && emulated.includes(approval.provider)}
          language={language}
          texts={texts}
          busy={approveAll.busy}
          onDecide={actions.decide}
        >
          {single && stop}
        </WaitingApproval>
      ))}
      {!single && (
        <div className="actions">
          {newest && approvals.length > 1 && (
            <button
              type="button"
              className="button"
              disabled={approveAll.busy}
              onClick={(click) => isFirst(click) && approveAll.act(newest.approvalId, 'approveAll')}
            >
              {approveAll.busy ? texts.approval.deciding : texts.approval.approveAll(approvals.length)}
            </button>
          )}
          {stop}
        </div>
      )}
      {fault && <FaultNote fault={fault} texts={texts} />}
    </div>
  );
}
