import type { Consent } from '../../connections/consent.ts';
import { discordCommandDescriptions, discordCommandTexts } from '../../domain/texts/discord-commands.ts';
import { errorTexts } from '../../domain/texts/errors.ts';
import { providerName } from '../../domain/texts/names.ts';
import type { DiscordSettings } from '../settings.ts';
import { buttonRow, linkButton, type Command } from './command.ts';
import { define, textOption } from './define.ts';

/** `/connect`: a private link to connect an account that no request waits for yet. */
export function connectCommand({ consent, settings }: { consent: Consent; settings: DiscordSettings }): Command {
  const { providers } = settings;
  const choices = providers.map((provider) => ({ name: providerName(provider), value: provider }));
  const option = textOption('provider', discordCommandDescriptions.connectProvider, { required: false, choices });
  return {
    definition: define('connect', [option]),
    async run({ person, language, option }) {
      const texts = discordCommandTexts[language].connect;
      const asked = option('provider');
      const provider = asked === null ? providers[0] : providers.find((each) => each === asked);
      if (provider === undefined) {
        const { message, hint } = errorTexts.notConnectable[language];
        return { content: `${message} ${hint}` };
      }
      const { publicId } = await consent.open(provider, person.id);
      const name = settings.providerWords(provider, language);
      return {
        content: texts.open(name),
        components: buttonRow([linkButton(texts.button(name), settings.connectUrl(publicId))]),
      };
    },
  };
}
