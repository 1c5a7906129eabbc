/** What a person expects of a line: pipes, quotes and variables are the shell's. */
const SHELL = ['/bin/sh', '-c'];

/** The program and arguments that execute one line. */
export const shellCommand = (line: string): string[] => [...SHELL, line];

/** A command as a person would type it. */
export function commandWords(command: readonly string[]): string {
  const [program, option, line] = command;
  if (command.length === 3 && program === SHELL[0] && option === SHELL[1] && line !== undefined) return line;
  return command.map(quoted).join(' ');
}

const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
