import type { PageTexts } from '../../domain/texts/page.ts';
import type { ApiFault } from '../api.ts';
import { faultWords } from '../fault-words.ts';

interface FaultNoteProps {
  fault: ApiFault;
  texts: PageTexts;
  onRetry?: () => void;
}

/** What did not work and what to do next, beside what caused it. */
export function FaultNote({ fault, texts, onRetry }: FaultNoteProps) {
  const { message, hint } = faultWords(fault, texts);
  return (
    <div className="fault" role="alert">
      <p>
        <strong>{message}</strong> {hint}
      </p>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          {texts.errors.tryAgain}
        </button>
      )}
    </div>
  );
}
