import type { Consent } from '../../connections/consent.ts';
import { discordCommandDescriptions, discordCommandTexts } from '../../domain/texts/discord-commands.ts';
import type { RequestReader } from '../../ports/requests.ts';
import { shortened, type Command } from './command.ts';
import { define, textOption } from './define.ts';
import { quoted } from './pending.ts';

const CHOICES = 25;
const LOOKED_AT = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `/cancel`: ends one request, chosen among those under way. */
export function cancelCommand(parts: { requests: RequestReader; consent: Consent; pokeOutbox: () => void }): Command {
  const { requests, consent, pokeOutbox } = parts;
  const option = textOption('request', discordCommandDescriptions.cancelRequest, {
    required: true,
    autocomplete: true,
  });
  return {
    definition: define('cancel', [option]),

    async complete({ person, typed }) {
      const newest = await requests.list(person.id, { before: null, limit: LOOKED_AT });
      return newest
        .filter(({ finishedAt, status, text }) => finishedAt === null && status !== 'cancelled' && matches(text, typed))
        .slice(0, CHOICES)
        .map(({ id, text }) => ({ name: shortened(text, 100), value: id }));
    },

    async run({ person, language, option }) {
      const texts = discordCommandTexts[language].cancel;
      const id = option('request') ?? '';
      const found = UUID.test(id) ? await requests.find(person.id, id) : null;
      if (found === null) return { content: texts.notFound };
      const result = await consent.cancel(id, person.id);
      pokeOutbox();
      if (result === 'notFound') return { content: texts.notFound };
      return { content: result === 'cancelled' ? texts.done(quoted(found)) : texts.ended };
    },
  };
}

const matches = (text: string, typed: string): boolean => text.toLowerCase().includes(typed.trim().toLowerCase());
