import type { PageTexts } from '../../domain/texts/page.ts';
import type { RequestAnswer } from '../../http/contract.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';
import { AnswerWords } from './answer-words.tsx';

interface EndedProps {
  request: RequestAnswer;
  status: 'failed' | 'cancelled' | 'expired';
  texts: PageTexts;
  onRestart(id: string): Promise<unknown>;
}

/** A request that ended without its answer: how, in the server's words where it has some, and the way to ask again. */
export function Ended({ request, status, texts, onRestart }: EndedProps) {
  const restart = useAction(null, onRestart);
  return (
    <div className="ended">
      <p className="answer" lang={request.answer ? request.language : undefined}>
        <AnswerWords text={request.answer || texts.ended[status]} />
      </p>
      <div className="actions">
        <button type="button" className="button" disabled={restart.busy} onClick={() => restart.act(request.id)}>
          {restart.busy ? texts.ended.restarting : texts.ended.restart}
        </button>
      </div>
      {restart.fault && <FaultNote fault={restart.fault} texts={texts} />}
    </div>
  );
}
