import { MessageFlags, Routes, type REST } from 'discord.js';
import { splitMessage } from '../domain/discord/split-message.ts';
import type { CommandReply } from './commands/command.ts';

/** What of an interaction is needed to answer it, for 15 minutes after it was acknowledged. */
export interface Answerable {
  applicationId: string;
  token: string;
}

/** What is said to one person about one interaction. */
export interface PrivateAnswers {
  /** Replaces the message of the interaction: its own, or the one below which the button was. */
  replace(interaction: Answerable, reply: CommandReply): Promise<void>;
  /** A message of its own that only the person sees. */
  whisper(interaction: Answerable, content: string): Promise<void>;
}

/** Bodies as Discord's API describes them: those that discord.js makes for webhooks have more in them. */
export function createPrivateAnswers(rest: REST): PrivateAnswers {
  const quiet = { allowed_mentions: { parse: [] } };
  /** Discord refuses what is too long, and then the person would read nothing. */
  const first = (content: string): string => splitMessage(content)[0] ?? '';
  return {
    async replace({ applicationId, token }, { content, components = [] }) {
      await rest.patch(Routes.webhookMessage(applicationId, token, '@original'), {
        body: { content: first(content), components, flags: MessageFlags.SuppressEmbeds, ...quiet },
        auth: false,
      });
    },
    async whisper({ applicationId, token }, content) {
      await rest.post(Routes.webhook(applicationId, token), {
        body: { content: first(content), flags: MessageFlags.Ephemeral | MessageFlags.SuppressEmbeds, ...quiet },
        auth: false,
      });
    },
  };
}
