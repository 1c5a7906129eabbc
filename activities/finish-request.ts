import { endRequest } from '../src/connections/end-request.ts';
import { answerTexts } from '../src/domain/texts/answers.ts';
import { cancelledText, failedText } from '../src/domain/texts/endings.ts';
import type { RequestOutcome } from '../src/domain/words.ts';
import type { ConsentStore } from '../src/ports/consent-store.ts';
import type { Story, StoryStore } from '../src/ports/story-store.ts';
import { refused } from './failures.ts';
import { assertOwnRow } from './own-row.ts';

export interface FinishRequestParts {
  store: ConsentStore;
  stories: StoryStore;
}

export function createFinishRequest({ store, stories }: FinishRequestParts) {
  return {
    /**
     * Delivers the end of a request and closes what it left open. On the web the row is the message: committing it
     * tells the person's pages. A cancellation that was accepted wins over an answer that came at the same moment.
     */
    async finishRequest(input: { requestId: string; outcome: RequestOutcome }): Promise<{ outcome: RequestOutcome }> {
      assertOwnRow(`request-${input.requestId}`);
      const story = await stories.claim(input.requestId);
      if (story === null) throw refused('requestNotFound');
      const outcome = story.cancelled ? 'cancelled' : input.outcome;
      const answer = outcome === 'done' ? story.turns.at(-1)?.answer : endingOf(story, outcome);
      const ended = await endRequest(store, input.requestId, {
        outcome,
        answer: answer ?? endingOf(story, 'failed'),
        ifCancelled: endingOf(story, 'cancelled'),
      });
      return { outcome: ended };
    },
  };
}

function endingOf({ language, writes }: Story, outcome: Exclude<RequestOutcome, 'done'>): string {
  switch (outcome) {
    case 'cancelled':
      return cancelledText(writes, language);
    case 'failed':
      return failedText(writes, language);
    case 'expired':
      return answerTexts[language].expired;
  }
}
