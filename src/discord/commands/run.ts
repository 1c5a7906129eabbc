import { DiscordAPIError, RESTJSONErrorCodes, Routes, type REST } from 'discord.js';
import { defang } from '../../domain/discord/defang.ts';
import { codeBlock, plainWords } from '../../domain/discord/escape.ts';
import { dailyCapText } from '../../domain/texts/daily-cap.ts';
import { discordCommandDescriptions, discordCommandTexts } from '../../domain/texts/discord-commands.ts';
import { DailyCapReached, type Intake } from '../../ports/requests.ts';
import type { Projects } from '../../ports/runs.ts';
import type { Notices } from '../notices.ts';
import type { DiscordSettings } from '../settings.ts';
import { DEFAULT_TIME_ZONE } from '../take-message.ts';
import { buttonRow, linkButton, shortened, type Asked, type Command, type CommandReply } from './command.ts';
import { define, textOption } from './define.ts';

const CHOICES = 25;
/** So that it fits into one message of ours, which shows all of it. */
const MAX_COMMAND = 1_000;

export interface RunCommandParts {
  projects: Pick<Projects, 'list'>;
  intake: Intake;
  rest: REST;
  notices: Notices;
  settings: DiscordSettings;
  pokeOutbox: () => void;
}

/**
 * `/run`: the same request as the words would make, in the person's direct messages, wherever it was typed. A message of
 * ours says what was asked, and stands in for theirs: what is answered is an answer to it.
 */
export function runCommand({ projects, intake, rest, notices, settings, pokeOutbox }: RunCommandParts): Command {
  const { runProject, runCommand: commandWords } = discordCommandDescriptions;
  const options = [
    textOption('project', runProject, { required: true, autocomplete: true }),
    textOption('command', commandWords, { required: true, max_length: MAX_COMMAND }),
  ];
  const toProjects = (language: Asked['language']) =>
    buttonRow([linkButton(discordCommandTexts[language].run.openProjects, settings.projectsUrl)]);

  return {
    definition: define('run', options),

    async complete({ person, typed }) {
      const words = typed.trim().toLowerCase();
      const found = (await projects.list(person.id)).filter(({ name }) => name.toLowerCase().includes(words));
      return found.slice(0, CHOICES).map(({ name }) => ({ name: shortened(name, 100), value: name.slice(0, 100) }));
    },

    async run(asked): Promise<CommandReply> {
      const { person, language, option } = asked;
      const texts = discordCommandTexts[language].run;
      const [name, command] = [option('project')?.trim() ?? '', option('command')?.trim() ?? ''];
      const known = await projects.list(person.id);
      if (known.length === 0) return { content: texts.noProjects, components: toProjects(language) };
      const project = known.find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (project === undefined || command === '') {
        return { content: texts.unknownProject, components: toProjects(language) };
      }
      const message = await say(asked, `${texts.asked(plainWords(project.name))}\n${codeBlock(command)}`);
      if (message === null) return { content: texts.dmsClosed, components: toProjects(language) };
      const timeZone = person.timeZone ?? DEFAULT_TIME_ZONE;
      try {
        await intake.accept({
          ...{ userId: person.id, platform: 'discord', channel: message.channel, clientId: message.id },
          ...{ text: texts.words(project.name, command), language, timeZone },
        });
      } catch (error) {
        if (!(error instanceof DailyCapReached)) throw error;
        // Nothing will answer it.
        await rest.delete(Routes.channelMessage(message.channel, message.id)).catch(() => undefined);
        const { message: said, hint } = dailyCapText(error, { language, timeZone });
        return { content: `${said} ${hint}` };
      }
      pokeOutbox();
      return { content: texts.taken };
    },
  };

  /** Null when the person takes no direct messages of ours. The nonce makes a repeated message the same. */
  async function say({ by }: Asked, content: string): Promise<{ channel: string; id: string } | null> {
    const channel = await openChannel(by.userId);
    const id = channel && (await notices.say(channel, defang(content), `r${by.interactionId}`));
    return id ? { channel, id } : null;
  }

  async function openChannel(userId: string): Promise<string | null> {
    try {
      return ((await rest.post(Routes.userChannels(), { body: { recipient_id: userId } })) as { id: string }).id;
    } catch (error) {
      const closed = RESTJSONErrorCodes.CannotSendMessagesToThisUser;
      if (error instanceof DiscordAPIError && error.code === closed) return null;
      throw error;
    }
  }
}
