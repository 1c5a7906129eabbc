import type { PageTexts } from '../../domain/texts/page.ts';
import { faultWords } from '../fault-words.ts';
import type { Send } from '../requests-state.ts';
import type { RequestActions } from '../use-requests.ts';

interface NotSentProps {
  send: Send;
  texts: PageTexts;
  actions: RequestActions;
}

/** A message that the server did not take: why, and the two ways on. */
export function NotSent({ send, texts, actions }: NotSentProps) {
  const why = send.fault && faultWords(send.fault, texts);
  return (
    <div className="not-sent" role="alert">
      <p>
        <strong>{texts.composer.notSent}</strong> {why?.message} {why?.hint}
      </p>
      <div className="actions">
        <button type="button" className="button" onClick={() => actions.sendAgain(send.clientId, send.text)}>
          {texts.composer.sendAgain}
        </button>
        <button type="button" className="button plain" onClick={() => actions.discard(send.clientId)}>
          {texts.composer.discard}
        </button>
      </div>
    </div>
  );
}
