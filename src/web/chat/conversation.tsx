import { memo, useMemo } from 'react';
import { type Language, pageTexts } from '../../domain/texts/page.ts';
import type { SessionAnswer } from '../../http/contract.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { isSameDay } from '../time-words.ts';
import { useKeptPlace } from '../use-kept-place.ts';
import { useKeptFocus } from '../use-kept-focus.ts';
import type { useRequests } from '../use-requests.ts';
import type { useStickToBottom } from '../use-stick-to-bottom.ts';
import { askedAt, waitersPerFlow } from '../exchanges.ts';
import { DayLine } from './day-line.tsx';
import { EarlierButton } from './earlier-button.tsx';
import { ExchangeView } from './exchange-view.tsx';
import { Welcome } from './welcome.tsx';

interface ConversationProps {
  requests: ReturnType<typeof useRequests>;
  view: ReturnType<typeof useStickToBottom>;
  session: SessionAnswer;
  language: Language;
  highlighted: string | null;
  reconnecting: boolean;
  onExample(text: string): void;
  onRestart(id: string): Promise<void>;
}

/** Not drawn again while a person types: what it shows does not depend on the draft. */
export const Conversation = memo(function Conversation(props: ConversationProps) {
  const { requests, view, session, language, highlighted, reconnecting, onExample, onRestart } = props;
  const { exchanges, loaded, hasMore, loadFault, actions } = requests;
  const texts = pageTexts(language);
  const hold = useKeptPlace(view.scroller, view.content);
  const perFlow = useMemo(() => waitersPerFlow(exchanges), [exchanges]);
  useKeptFocus(view.content, 'article');

  return (
    <div className="conversation-area">
      <p className="reconnecting" role="status">
        {reconnecting && <span>{texts.chat.reconnecting}</span>}
      </p>
      <main className="conversation" ref={view.scroller} tabIndex={0} aria-label={texts.chat.conversation}>
        <div className="column" ref={view.content}>
          {!loaded && loadFault && <FaultNote fault={loadFault} texts={texts} onRetry={requests.refresh} />}
          {!loaded && !loadFault && <p className="aside appears-late">{texts.loading}</p>}
          {hasMore && <EarlierButton texts={texts} load={requests.loadOlder} onBeforeChange={hold} />}
          {loaded && exchanges.length === 0 && <Welcome name={session.user.name} texts={texts} onExample={onExample} />}
          {exchanges.map((exchange, at) => {
            const time = askedAt(exchange);
            const before = exchanges[at - 1];
            const newDay = !(before && isSameDay(askedAt(before), time));
            return (
              <div key={exchange.key} className="conversation-step">
                {newDay && <DayLine time={time} language={language} texts={texts} />}
                <ExchangeView
                  exchange={exchange}
                  waitersPerFlow={perFlow}
                  emulated={session.emulated}
                  language={language}
                  highlighted={exchange.request !== null && exchange.request.id === highlighted}
                  actions={actions}
                  onRestart={onRestart}
                />
              </div>
            );
          })}
        </div>
      </main>
      {!view.atBottom && (
        <button type="button" className="to-newest" onClick={view.toBottom} aria-label={texts.chat.toNewest}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 5v14M6 13l6 6 6-6" />
          </svg>
        </button>
      )}
    </div>
  );
});
