import { MessageFlags, Routes, type REST } from 'discord.js';
import { languageOf } from '../domain/language-of.ts';
import { discordCommandTexts } from '../domain/texts/discord-commands.ts';
import { dailyCapText } from '../domain/texts/daily-cap.ts';
import type { Conversations } from '../ports/conversations.ts';
import type { People } from '../ports/people.ts';
import { DailyCapReached, type Intake } from '../ports/requests.ts';
import type { DirectMessage } from './direct-message.ts';
import type { TakeMessage } from './inbox.ts';
import type { ServedPeople } from './remember-served-people.ts';

export const DISCORD = 'https://discord.com';
/** Until the person's calendar or browser says otherwise. */
export const DEFAULT_TIME_ZONE = 'Asia/Seoul';

/** A message becomes a request, or is answered with why it does not: somebody who is not served leaves no row behind. */
export function createTakeMessage(parts: {
  people: People;
  intake: Intake;
  conversations: Conversations;
  served: ServedPeople;
  pokeOutbox: () => void;
  rest: REST;
}): TakeMessage {
  const { people, intake, conversations, served, pokeOutbox, rest } = parts;

  /** The nonce makes a repeated notice the same message. */
  const answer = async (message: DirectMessage, content: string): Promise<void> => {
    await rest.post(Routes.channelMessages(message.channel), {
      body: {
        content,
        nonce: `n${message.id}`,
        enforce_nonce: true,
        message_reference: { message_id: message.id, fail_if_not_exists: false },
        allowed_mentions: { parse: [] },
        flags: MessageFlags.SuppressEmbeds,
      },
    });
  };

  return async (message, { inOrder, again }) => {
    const { author, channel, id: clientId, text } = message;
    const guessed = languageOf(text, 'ko');
    if (!(await served.isServed(author.id))) {
      if (!again && served.tellNow(author.id)) await answer(message, discordCommandTexts[guessed].notServed);
      // Somebody who was served before is not answered one day for what they write now.
      const known = await people.find({ issuer: DISCORD, subject: author.id });
      if (known !== null && inOrder) await conversations.passed(known.id, channel, clientId);
      return;
    }
    const person = await people.meet({
      ...{ issuer: DISCORD, subject: author.id, displayName: author.name },
      ...{ language: guessed, languageStated: false },
    });
    const language = languageOf(text, person.language);
    const timeZone = person.timeZone ?? DEFAULT_TIME_ZONE;
    const handled = async (content: string): Promise<void> => {
      if (again) return;
      await answer(message, content);
      if (inOrder) await conversations.passed(person.id, channel, clientId);
    };
    if (text === '') return handled(discordCommandTexts[language].wordsOnly);
    try {
      await intake.accept({
        ...{ userId: person.id, platform: 'discord', channel, clientId, text, language, timeZone },
        cursor: inOrder ? clientId : null,
      });
      pokeOutbox();
    } catch (error) {
      if (!(error instanceof DailyCapReached)) throw error;
      const { message: said, hint } = dailyCapText(error, { language, timeZone });
      await handled(`${said} ${hint}`);
    }
  };
}
