import {
  DiscordAPIError,
  MessageFlags,
  RESTJSONErrorCodes,
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  type User,
} from 'discord.js';
import type { Consent } from '../connections/consent.ts';
import { readButtonId } from '../domain/discord-buttons.ts';
import { discordCommandTexts } from '../domain/texts/discord-commands.ts';
import type { Language } from '../domain/words.ts';
import type { Logger } from '../logger.ts';
import type { People, Person } from '../ports/people.ts';
import type { ConnectionReader } from '../ports/requests.ts';
import { readAccountButtonId } from './account-buttons.ts';
import type { Command, CommandReply } from './commands/command.ts';
import { pressAccountButton } from './press-account-button.ts';
import { pressButton } from './press-button.ts';
import type { PrivateAnswers } from './private-answers.ts';
import type { ServedPeople } from './remember-served-people.ts';
import type { DiscordSettings } from './settings.ts';
import { DISCORD } from './take-message.ts';

export interface InteractionParts {
  commands: readonly Command[];
  people: People;
  served: ServedPeople;
  consent: Consent;
  connections: ConnectionReader;
  settings: DiscordSettings;
  answers: PrivateAnswers;
  pokeOutbox: () => void;
  logger: Logger;
}

/**
 * Commands and buttons. Each is acknowledged before anything else, because Discord waits for 3 s only; then the rows
 * decide, and what is said about it is seen by its person alone. Whatever was acknowledged gets an answer. One that somebody
 * else acknowledged, or that came too late, is left alone: Discord has told the person that it failed.
 */
export function createInteractions(parts: InteractionParts): (interaction: Interaction) => Promise<void> {
  const { commands, people, served, answers, logger } = parts;

  const meet = (user: User, language: Language): Promise<Person> =>
    people.meet({
      ...{ issuer: DISCORD, subject: user.id, displayName: user.globalName ?? user.username },
      ...{ language, languageStated: true },
    });

  async function answerCommand(interaction: ChatInputCommandInteraction): Promise<void> {
    if (!(await acknowledged(() => interaction.deferReply({ flags: MessageFlags.Ephemeral })))) return;
    const language = languageOf(interaction);
    const answer = async (): Promise<CommandReply> => {
      const command = commands.find(({ definition }) => definition.name === interaction.commandName);
      if (command === undefined) return { content: discordCommandTexts[language].button.unknown };
      if (!(await served.isServed(interaction.user.id))) return { content: discordCommandTexts[language].notServed };
      const person = await meet(interaction.user, language);
      const option = (name: string) => interaction.options.getString(name);
      return command.run({ person, language, option, by: typedBy(interaction) });
    };
    await answers.replace(interaction, await orNotNow(answer, language));
  }

  async function suggest(interaction: AutocompleteInteraction): Promise<void> {
    const language = languageOf(interaction);
    const command = commands.find(({ definition }) => definition.name === interaction.commandName);
    const suggestions = async () => {
      if (command?.complete === undefined || !(await served.isServed(interaction.user.id))) return [];
      const person = await people.find({ issuer: DISCORD, subject: interaction.user.id });
      const option = (name: string) => interaction.options.getString(name);
      return person === null
        ? []
        : command.complete({
            ...{ person, language, option, by: typedBy(interaction) },
            typed: interaction.options.getFocused(),
          });
    };
    const choices = await suggestions().catch((err: unknown) => {
      logger.warn({ err }, 'suggestions could not be read');
      return [];
    });
    await acknowledged(() => interaction.respond(choices));
  }

  async function answerButton(interaction: ButtonInteraction): Promise<void> {
    if (!(await acknowledged(() => interaction.deferUpdate()))) return;
    const language = languageOf(interaction);
    const texts = discordCommandTexts[language];
    const owner = async () => {
      const identity = { issuer: DISCORD, subject: interaction.user.id } as const;
      const person = (await served.isServed(interaction.user.id)) ? await people.find(identity) : null;
      return person === null ? null : { userId: person.id, language };
    };

    const onAccount = readAccountButtonId(interaction.customId);
    if (onAccount !== null) {
      const next = async (): Promise<CommandReply> => {
        const by = await owner();
        return by === null ? { content: texts.accounts.gone } : pressAccountButton(parts, onAccount, by);
      };
      await answers.replace(interaction, await orNotNow(next, language));
      return;
    }
    const press = readButtonId(interaction.customId);
    const said = await orNotNow(async () => {
      const by = await owner();
      if (press === null) return { content: texts.button.unknown };
      if (by === null) return { content: texts.button.notYours };
      const content = await pressButton(parts, press, by);
      return content === null ? null : { content };
    }, language);
    if (said !== null) await answers.whisper(interaction, said.content);
  }

  /** What was not done is said, too. */
  async function orNotNow<T>(work: () => Promise<T>, language: Language): Promise<T | { content: string }> {
    try {
      return await work();
    } catch (err) {
      logger.error({ err }, 'an interaction of Discord failed');
      return { content: discordCommandTexts[language].notNow };
    }
  }

  return async (interaction) => {
    try {
      if (interaction.isChatInputCommand()) await answerCommand(interaction);
      else if (interaction.isAutocomplete()) await suggest(interaction);
      else if (interaction.isButton()) await answerButton(interaction);
    } catch (err) {
      logger.warn({ err }, 'the answer to an interaction could not be shown');
    }
  };
}

/** False when it was answered already, or Discord waits no longer. */
async function acknowledged(acknowledge: () => Promise<unknown>): Promise<boolean> {
  try {
    await acknowledge();
    return true;
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error;
    const { InteractionHasAlreadyBeenAcknowledged, UnknownInteraction } = RESTJSONErrorCodes;
    if (error.code === InteractionHasAlreadyBeenAcknowledged || error.code === UnknownInteraction) return false;
    throw error;
  }
}

const typedBy = ({ user, id }: Interaction) => ({ userId: user.id, interactionId: id });

/** The language of the person's Discord. */
const languageOf = ({ locale }: Interaction): Language => (locale === 'ko' ? 'ko' : 'en');
