import type { PageTexts } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { RunAnswer } from '../../http/contract.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';

interface StopRunProps {
  run: RunAnswer;
  texts: ProjectTexts;
  page: PageTexts;
  onStop(id: string): Promise<unknown>;
}

/** Busy from the click until the run has ended: the run itself tells that it is being stopped. */
export function StopRun({ run, texts, page, onStop }: StopRunProps) {
  const stop = useAction(null, onStop);
  const stopping = stop.busy || run.status === 'stopping';
  return (
    <>
      <button type="button" className="button alarm" disabled={stopping} onClick={() => stop.act(run.id)}>
        {stopping ? texts.run.stopping : texts.run.stop}
      </button>
      {stop.fault && <FaultNote fault={stop.fault} texts={page} />}
    </>
  );
}
