import type { PageTexts } from '../../domain/texts/page.ts';
import type { RequestAnswer } from '../../http/contract.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';
import { useLongerThan } from '../use-longer-than.ts';

/** Far longer than what works takes; much shorter than anybody should wonder for. */
const OUTAGE_AFTER_MS = 20_000;

interface ThinkingProps {
  request: RequestAnswer | null | undefined;
  texts: PageTexts;
  onCancel(id: string): Promise<unknown>;
}

/** The words beside the name say what is going on; the dots only say that it still is. */
export function Thinking({ request, texts, onCancel }: ThinkingProps) {
  const cancel = useAction(request?.revision ?? 0, onCancel);
  const stuck = useLongerThan(OUTAGE_AFTER_MS, stepOf(request));
  const outage = stuck && outageWords(request, texts);
  return (
    <div className="thinking">
      <span className="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {request && (
        // Most answers come at once: the way out appears only when one takes long.
        <button
          type="button"
          className="button plain appears-when-long"
          disabled={cancel.busy}
          onClick={() => cancel.act(request.id)}
        >
          {cancel.busy ? texts.wait.cancelling : texts.wait.cancel}
        </button>
      )}
      {outage && <p className="note">{outage}</p>}
      {cancel.fault && <FaultNote fault={cancel.fault} texts={texts} />}
    </div>
  );
}

/** Another try of the same call is no progress; another call is. */
function stepOf(request: RequestAnswer | null | undefined): string {
  const running = request?.calls.filter(({ status }) => status === 'running') ?? [];
  return [request?.status, ...running.map(({ id }) => id)].join(' ');
}

function outageWords(request: RequestAnswer | null | undefined, texts: PageTexts): string | null {
  if (request?.status === 'queued') return texts.outage.queued;
  // What runs in a project takes as long as it takes.
  const runs = request?.calls.some(({ tool, status }) => tool === 'run_in_project' && status === 'running');
  if (runs) return null;
  return request?.status === 'running' && request.waitingFor.length === 0 ? texts.outage.running : null;
}
