import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { RequestAnswer } from '../../http/contract.ts';
import { clockWords } from '../time-words.ts';

interface OwnWordsProps {
  words: string;
  /** Null until the server has it. */
  request: RequestAnswer | null;
  language: Language;
  texts: PageTexts;
}

export function OwnWords({ words, request, language, texts }: OwnWordsProps) {
  return (
    <div className="own">
      <p className="own-words" lang={request?.language}>
        <span className="unseen">{texts.chat.you}: </span>
        {words}
      </p>
      <span className="own-time">
        {request && <time dateTime={request.createdAt}>{clockWords(new Date(request.createdAt), language)}</time>}
      </span>
    </div>
  );
}
