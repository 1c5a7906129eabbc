import type { PageTexts } from '../../domain/texts/page.ts';
import type { RequestAnswer } from '../../http/contract.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';

interface ThinkingProps {
  request: RequestAnswer | null | undefined;
  texts: PageTexts;
  onCancel(id: string): Promise<unknown>;
}

/** The words beside the name say what is going on; the dots only say that it still is. */
export function Thinking({ request, texts, onCancel }: ThinkingProps) {
  const cancel = useAction(request?.revision ?? 0, onCancel);
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
      {cancel.fault && <FaultNote fault={cancel.fault} texts={texts} />}
    </div>
  );
}
