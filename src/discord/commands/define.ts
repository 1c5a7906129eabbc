import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionContextType,
  type APIApplicationCommandBasicOption,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { discordCommandDescriptions } from '../../domain/texts/discord-commands.ts';
import type { Language } from '../../domain/words.ts';

/** A command in servers and in direct messages. Its name is the same in every language; what it says is not. */
export function define(
  name: 'pending' | 'cancel' | 'accounts' | 'connect' | 'run' | 'help',
  options: APIApplicationCommandBasicOption[] = [],
): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return {
    name,
    type: ApplicationCommandType.ChatInput,
    ...localized(discordCommandDescriptions[name]),
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    options,
  };
}

export function textOption(
  name: string,
  description: Record<Language, string>,
  rest: { required: boolean } & (
    { autocomplete: true } | { choices: { name: string; value: string }[] } | { max_length: number }
  ),
): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.String, name, ...localized(description), ...rest };
}

const localized = ({ ko, en }: Record<Language, string>) => ({ description: en, description_localizations: { ko } });
