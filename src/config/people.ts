import { list } from './formats.ts';
import type { Mode } from './types.ts';
import type { Variables } from './variables.ts';

/** MO-3: production serves only who is listed. */
export function readAllowed(variables: Variables, mode: Mode | null) {
  const allowedUsers = readPeople(variables, 'ALLOWED_USERS');
  const allowedGuilds = readPeople(variables, 'ALLOWED_GUILDS');
  if (mode === 'production' && allowedUsers.length + allowedGuilds.length === 0) {
    variables.fault('ALLOWED_USERS', 'and ALLOWED_GUILDS name nobody.', 'List the Discord ids of who is served.');
  }
  return { allowedUsers, allowedGuilds };
}

/** Discord ids where Discord is how people sign in, names otherwise: a name never becomes a Discord identity. */
export function readPeople(variables: Variables, name: string): readonly string[] {
  const people = variables.optional(name, list, 'Separate them with commas.') ?? [];
  const byDiscord = variables.raw('DISCORD_TOKEN') !== undefined;
  if (byDiscord && people.some((person) => !/^\d{17,20}$/.test(person))) {
    variables.fault(name, 'holds something that is not a Discord id.', 'List numeric ids, separated by commas.');
  }
  return people;
}
