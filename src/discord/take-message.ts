import { snowflakeTime } from '../domain/discord/snowflake.ts';
import { languageOf } from '../domain/language-of.ts';
import { dailyCapText } from '../domain/texts/daily-cap.ts';
import { discordCommandTexts } from '../domain/texts/discord-commands.ts';
import type { Conversations } from '../ports/conversations.ts';
import type { People, Person } from '../ports/people.ts';
import { DailyCapReached, type Intake } from '../ports/requests.ts';
import type { DirectMessage } from './direct-message.ts';
import type { TakeMessage } from './inbox.ts';
import type { LateNotices } from './late-notices.ts';
import type { Notices } from './notices.ts';
import type { ServedPeople } from './remember-served-people.ts';

export const DISCORD = 'https://discord.com';
/** Until the person's calendar or browser says otherwise. */
export const DEFAULT_TIME_ZONE = 'Asia/Seoul';

const TAKEN = 'taken';
/** Why a message starts nothing, in the words that its person reads; null when they have read it lately. */
type Declined = { notice: string | null };

/** A message becomes a request, or is answered with why it does not: somebody who is not served leaves no row behind. */
export function createTakeMessage(parts: {
  people: People;
  intake: Intake;
  conversations: Conversations;
  served: ServedPeople;
  notices: Notices;
  lateNotices: LateNotices;
  pokeOutbox: () => void;
}): TakeMessage {
  const { people, intake, conversations, served, notices, lateNotices, pokeOutbox } = parts;

  return async (message, { inOrder }) => {
    const { author, channel, id: messageId, text } = message;
    const guessed = languageOf(text, 'ko');
    const identity = { issuer: DISCORD, subject: author.id } as const;
    const isServed = await served.isServed(author.id);
    const notServed = () => (served.mayTell(author.id) ? discordCommandTexts[guessed].notServed : null);
    const tell = async (notice: string | null): Promise<void> => {
      if (notice === null) return;
      await notices.answer(message, notice);
      if (!isServed) served.wasTold(author.id);
    };
    const person = isServed
      ? await people.meet({ ...identity, displayName: author.name, language: guessed, languageStated: false })
      : await people.find(identity);
    if (person === null) return tell(notServed());

    const place = { userId: person.id, channel, messageId };
    let declined = await conversations.findDeclined(place);
    if (declined === null) {
      const verdict = isServed ? await take(message, person, inOrder) : { notice: notServed() };
      if (verdict === TAKEN) return;
      declined = await conversations.decline(place, verdict.notice);
    }
    if (declined?.told === false) await tell(declined.notice);
    await conversations.declineTold(place, inOrder);
  };

  async function take(message: DirectMessage, person: Person, inOrder: boolean): Promise<typeof TAKEN | Declined> {
    const { channel, id: messageId, text } = message;
    const language = languageOf(text, person.language);
    const timeZone = person.timeZone ?? DEFAULT_TIME_ZONE;
    if (text === '') return { notice: discordCommandTexts[language].wordsOnly };
    try {
      const { requestId, created } = await intake.accept({
        ...{ userId: person.id, platform: 'discord', channel, clientId: messageId, text, language, timeZone },
        ...{ writtenAt: snowflakeTime(messageId), cursor: inOrder ? messageId : null },
      });
      pokeOutbox();
      if (created) lateNotices.watch({ channel, messageId, userId: person.id, requestId, language });
      return TAKEN;
    } catch (error) {
      if (!(error instanceof DailyCapReached)) throw error;
      const { message: said, hint } = dailyCapText(error, { language, timeZone });
      return { notice: `${said} ${hint}` };
    }
  }
}
