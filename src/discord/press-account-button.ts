import type { Consent } from '../connections/consent.ts';
import { discordCommandTexts } from '../domain/texts/discord-commands.ts';
import { pageTexts } from '../domain/texts/page.ts';
import type { Language } from '../domain/words.ts';
import type { ConnectionReader } from '../ports/requests.ts';
import { accountButtonId, type AccountPress } from './account-buttons.ts';
import { actionButton, buttonRow, type CommandReply } from './commands/command.ts';
import { quoted } from './commands/pending.ts';
import type { DiscordSettings } from './settings.ts';

const SHOWN = 5;

/** The next state of an `/accounts` answer: what ends with the connection and a button for it, or that it ended. */
export async function pressAccountButton(
  parts: { consent: Consent; connections: ConnectionReader; settings: DiscordSettings; pokeOutbox: () => void },
  { action, connectionId }: AccountPress,
  { userId, language }: { userId: string; language: Language },
): Promise<CommandReply> {
  const { consent, connections, settings, pokeOutbox } = parts;
  const texts = discordCommandTexts[language].accounts;
  const page = pageTexts(language).accounts;
  const ending = await connections.consequences(userId, connectionId);
  if (ending === null) return { content: texts.gone, components: [] };
  const provider = settings.providerWords(ending.provider, language);
  if (action === 'disconnectNow') {
    const result = await consent.disconnect(connectionId, userId);
    pokeOutbox();
    return { content: result === 'disconnected' ? texts.done(provider) : texts.gone, components: [] };
  }
  const shown = ending.requests.slice(0, SHOWN).map((request) => `- ${quoted(request)}`);
  const hidden = ending.requests.length - shown.length;
  const lines = [
    page.question(provider),
    page.effect(provider),
    ending.requests.length === 0 ? page.noRequests : page.requests(ending.requests.length),
    ...shown,
    ...(hidden > 0 ? [page.moreRequests(hidden)] : []),
  ];
  const yes = actionButton(texts.confirm, accountButtonId({ action: 'disconnectNow', connectionId }), 'danger');
  return { content: lines.join('\n'), components: buttonRow([yes]) };
}
