import { Routes, type REST, type RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js';

type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody;

/** Tells Discord our commands when they are not the ones it has. @returns whether they were told */
export async function registerCommands(rest: REST, applicationId: string, ours: Definition[]): Promise<boolean> {
  const route = Routes.applicationCommands(applicationId);
  const query = new URLSearchParams({ with_localizations: 'true' });
  const theirs = (await rest.get(route, { query })) as { name: string }[];
  const same =
    theirs.length === ours.length &&
    ours.every((command) => says(theirs.find(({ name }) => name === command.name) ?? null, command));
  if (!same) await rest.put(route, { body: ours });
  return !same;
}

/** Whether `theirs` says everything that `ours` says. Discord adds fields and leaves out what is empty or false. */
function says(theirs: unknown, ours: unknown): boolean {
  if (Array.isArray(ours)) {
    const list: unknown[] = Array.isArray(theirs) ? theirs : [];
    return list.length === ours.length && ours.every((each, index) => says(list[index], each));
  }
  if (typeof ours === 'object' && ours !== null) {
    const fields = (typeof theirs === 'object' ? theirs : null) as Record<string, unknown> | null;
    return fields !== null && Object.entries(ours).every(([name, value]) => says(fields[name], value));
  }
  return theirs === ours || (ours === false && theirs === undefined);
}
