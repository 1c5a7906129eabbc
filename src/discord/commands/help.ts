import { discordCommandTexts } from '../../domain/texts/discord-commands.ts';
import type { Command } from './command.ts';
import { define } from './define.ts';

/** `runs`: something can be run here. */
export function helpCommand({ runs }: { runs: boolean }): Command {
  return {
    definition: define('help'),
    run({ language }) {
      const { help, helpRun } = discordCommandTexts[language];
      return Promise.resolve({ content: runs ? `${help}\n${helpRun}` : help });
    },
  };
}
