import { discordCommandTexts } from '../../domain/texts/discord-commands.ts';
import type { Command } from './command.ts';
import { define } from './define.ts';

export function helpCommand(): Command {
  return {
    definition: define('help'),
    run: ({ language }) => Promise.resolve({ content: discordCommandTexts[language].help }),
  };
}
