import { defang } from '../../domain/discord/defang.ts';
import { plainWords } from '../../domain/discord/escape.ts';
import { discordCommandTexts } from '../../domain/texts/discord-commands.ts';
import { pageTexts } from '../../domain/texts/page.ts';
import type { ConnectionReader } from '../../ports/requests.ts';
import { accountButtonId } from '../account-buttons.ts';
import type { DiscordSettings } from '../settings.ts';
import { actionButton, buttonRow, type Command } from './command.ts';
import { define } from './define.ts';

/** `/accounts`: what is connected, each with a button that first says what ends with it. */
export function accountsCommand(parts: { connections: ConnectionReader; settings: DiscordSettings }): Command {
  const { connections, settings } = parts;
  return {
    definition: define('accounts'),
    async run({ person, language }) {
      const texts = discordCommandTexts[language].accounts;
      const connected = (await connections.list(person.id)).filter(({ status }) => status !== 'gone');
      if (connected.length === 0) return { content: pageTexts(language).accounts.none };
      const lines = connected.map(({ provider, account, status }) =>
        (status === 'revoked' ? texts.revoked : texts.line)(
          settings.providerWords(provider, language),
          defang(plainWords(account)),
        ),
      );
      const buttons = connected.map(({ id, provider, account }) =>
        actionButton(
          texts.disconnect(settings.providerWords(provider, language), account),
          accountButtonId({ action: 'disconnect', connectionId: id }),
          'secondary',
        ),
      );
      return { content: lines.join('\n'), components: buttonRow(buttons) };
    },
  };
}
