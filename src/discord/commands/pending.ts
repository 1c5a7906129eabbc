import { defang } from '../../domain/discord/defang.ts';
import { plainWords } from '../../domain/discord/escape.ts';
import { relativeTime } from '../../domain/discord/reply-view.ts';
import { discordCommandTexts } from '../../domain/texts/discord-commands.ts';
import type { Provider } from '../../domain/words.ts';
import type { RequestReader, RequestView } from '../../ports/requests.ts';
import type { DiscordSettings } from '../settings.ts';
import { buttonRow, linkButton, shortened, type Command } from './command.ts';
import { define } from './define.ts';

const SHOWN = 10;
/** Of the 2,000 characters of a message; the rest is for how many more there are. */
const ROOM = 1_800;

/** `/pending`: everything that waits for this person, each link once. */
export function pendingCommand({
  requests,
  settings,
}: {
  requests: Pick<RequestReader, 'waiting'>;
  settings: DiscordSettings;
}): Command {
  return {
    definition: define('pending'),
    async run({ person, language }) {
      const texts = discordCommandTexts[language].pending;
      const waiting = await requests.waiting(person.id);
      if (waiting.length === 0) return { content: texts.none };
      const linesOf = (request: RequestView): string[] => {
        const words = quoted(request);
        return [
          ...request.waitingFor.map(({ provider, deadline }) =>
            texts.connection(words, settings.providerWords(provider, language), relativeTime(deadline)),
          ),
          ...request.approvals.map(({ deadline }) => texts.approval(words, relativeTime(deadline))),
        ];
      };
      let content = texts.title(waiting.length);
      let shown = 0;
      for (const request of waiting.slice(0, SHOWN)) {
        const longer = [content, ...new Set(linesOf(request))].join('\n');
        if (longer.length > ROOM) break;
        content = longer;
        shown += 1;
      }
      const hidden = waiting.length - shown;
      if (hidden > 0) content = `${content}\n${texts.more(hidden)}`;
      const links = new Map<string, Provider>(
        waiting.flatMap((request) => request.waitingFor.map(({ publicId, provider }) => [publicId, provider] as const)),
      );
      const buttons = [...links].map(([publicId, provider]) =>
        linkButton(texts.connect(settings.providerWords(provider, language)), settings.connectUrl(publicId)),
      );
      return { content, components: buttonRow(buttons) };
    },
  };
}

/** A person's own words in one short line. */
export const quoted = (request: Pick<RequestView, 'text'>): string => defang(plainWords(shortened(request.text, 60)));
