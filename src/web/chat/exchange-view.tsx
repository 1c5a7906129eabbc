import { memo } from 'react';
import { type Language, pageTexts, type Provider } from '../../domain/texts/page.ts';
import type { Exchange } from '../exchanges.ts';
import { exchangeElementId } from '../use-reveal.ts';
import type { RequestActions } from '../use-requests.ts';
import { NotSent } from './not-sent.tsx';
import { OwnWords } from './own-words.tsx';
import { Reply } from './reply.tsx';

interface ExchangeViewProps {
  exchange: Exchange;
  waitersPerFlow: ReadonlyMap<string, number>;
  emulated: readonly Provider[];
  language: Language;
  highlighted: boolean;
  actions: RequestActions;
  onRestart(id: string): Promise<void>;
}

/** A person's words and the one reply to them, which changes in place. */
export const ExchangeView = memo(function ExchangeView(props: ExchangeViewProps) {
  const { exchange, waitersPerFlow, emulated, language, highlighted, actions, onRestart } = props;
  const { request, send } = exchange;
  const texts = pageTexts(language);
  const words = request?.text ?? send?.text ?? '';

  return (
    <article
      className="exchange"
      id={request ? exchangeElementId(request.id) : undefined}
      tabIndex={-1}
      aria-label={words}
      data-highlighted={highlighted || undefined}
    >
      <OwnWords words={words} request={request} language={language} texts={texts} />
      {send?.state === 'failed' && !request ? (
        <NotSent send={send} texts={texts} actions={actions} />
      ) : (
        <Reply
          request={request}
          waitersPerFlow={waitersPerFlow}
          emulated={emulated}
          language={language}
          texts={texts}
          actions={actions}
          onRestart={onRestart}
        />
      )}
    </article>
  );
});
