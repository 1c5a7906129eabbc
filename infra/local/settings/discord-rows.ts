import type { Row } from './print-table.ts';
import type { Environment } from './process-environment.ts';

const WITHIN_MS = 5_000;

/** Discord's application object as far as the table needs it. */
interface Application {
  id: string;
  name: string;
  bot?: { username?: string };
  /** Keys are the installation contexts that the application supports: 0 servers, 1 people. */
  integration_types_config?: Record<string, unknown>;
}

/** What is known of the bot: its name for the words after the table, null when it does not work. */
export interface DiscordRows {
  rows: Row[];
  botName: string | null;
}

/**
 * The lines of the table about Discord: the bot's name and the links by which it is added, or in words why it does not
 * work. Nothing when it is not configured. Asks Discord once; never throws, as everything else runs without it.
 */
export async function readDiscordRows(configured: Environment): Promise<DiscordRows> {
  const { DISCORD_TOKEN: token, DISCORD_CLIENT_ID: clientId } = configured;
  if (!token) return { rows: [], botName: null };
  const apiUrl = configured.DISCORD_API_URL?.replace(/\/$/, '') ?? 'https://discord.com/api';
  const broken = (problem: string): DiscordRows => ({
    rows: [{ name: 'Discord bot', address: problem, kind: 'broken' }],
    botName: null,
  });

  const answer = await ask(`${apiUrl}/v10/applications/@me`, token);
  if (answer === null) return broken(`${new URL(apiUrl).host} does not answer: the bot tries again by itself`);
  if (answer.status === 401)
    return broken('DISCORD_TOKEN is refused: reset it in the developer portal, see docs/discord.md');
  if (answer.application === null)
    return broken(`${new URL(apiUrl).host} answers ${answer.status} instead of who the bot is`);
  const { id, name, bot, integration_types_config: contexts } = answer.application;
  if (clientId && clientId !== id) {
    return broken(`DISCORD_TOKEN belongs to the application ${id}, DISCORD_CLIENT_ID names another one`);
  }

  const real = (part: string, address: string): Row => ({ name: part, address, kind: 'real' });
  const { origin } = new URL(apiUrl);
  const botName = bot?.username ?? name;
  const add = (query: string) => `${origin}/oauth2/authorize?client_id=${id}&${query}`;
  return {
    botName,
    rows: [
      real('Discord bot', botName),
      real('  add to a server', add('scope=bot+applications.commands&permissions=0&integration_type=0')),
      ...(contexts && '1' in contexts
        ? [real('  add to yourself', add('scope=applications.commands&integration_type=1'))]
        : []),
    ],
  };
}

/** Null when there is no answer at all. */
async function ask(url: string, token: string): Promise<{ status: number; application: Application | null } | null> {
  try {
    const headers = { authorization: `Bot ${token}` };
    const answer = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(WITHIN_MS) });
    const body = await answer.text();
    return { status: answer.status, application: readApplication(body) };
  } catch {
    return null;
  }
}

function readApplication(text: string): Application | null {
  try {
    const body: unknown = JSON.parse(text);
    return isApplication(body) ? body : null;
  } catch {
    return null;
  }
}

function isApplication(body: unknown): body is Application {
  if (typeof body !== 'object' || body === null || !('id' in body) || !('name' in body)) return false;
  return typeof body.id === 'string' && /^\d{17,20}$/.test(body.id) && typeof body.name === 'string';
}
