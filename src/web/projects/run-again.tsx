import type { PageTexts } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';

interface RunAgainProps {
  texts: ProjectTexts;
  page: PageTexts;
  onAgain(): Promise<void>;
}

/** Another run of the same command. */
export function RunAgain({ texts, page, onAgain }: RunAgainProps) {
  const again = useAction(null, onAgain);
  return (
    <>
      <button type="button" className="button" disabled={again.busy} onClick={() => again.act()}>
        {again.busy ? texts.run.startingAgain : texts.run.again}
      </button>
      {again.fault && <FaultNote fault={again.fault} texts={page} />}
    </>
  );
}
