import type { RequestAnswer } from '../../http/contract.ts';
import { flowsOf } from '../exchanges.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';
import type { ReplyProps } from './reply-props.ts';
import { WaitingFlow } from './waiting-flow.tsx';

interface WaitingCardProps extends ReplyProps {
  request: RequestAnswer;
}

/** What a request waits for, and every way on: connect, go on without, stop. */
export function WaitingCard({ request, waitersPerFlow, emulated, language, texts, actions }: WaitingCardProps) {
  const cancel = useAction(request.revision, actions.cancel);
  const skip = useAction(request.revision, actions.skip);
  const flows = flowsOf(request.waitingFor);
  const stop = (
    <button type="button" className="button plain" disabled={cancel.busy} onClick={() => cancel.act(request.id)}>
      {cancel.busy ? texts.wait.cancelling : texts.wait.cancel}
    </button>
  );
  const fault = cancel.fault ?? skip.fault;

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
          {flows.length === 1 && stop}
        </WaitingFlow>
      ))}
      {flows.length !== 1 && <div className="actions">{stop}</div>}
      {fault && <FaultNote fault={fault} texts={texts} />}
    </div>
  );
}
