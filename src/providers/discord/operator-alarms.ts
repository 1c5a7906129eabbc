import { createHash } from 'node:crypto';
import { operatorAlarmText } from '../../domain/texts/operator-alarm.ts';
import type { Logger } from '../../logger.ts';
import type { DiscordRest } from './discord-rest.ts';
import { toNoticeBody } from './to-message-body.ts';

/** The same words again within this time are one alarm. */
const QUIET_MS = 60 * 60 * 1000;
/** In that time at most: where everything fails at once, the log tells the rest. */
const MOST = 20;

/**
 * Tells operators by direct message what only they can mend. The line in the log is the record and never depends on this;
 * a message that cannot be sent is not tried again.
 *
 * @returns a function that takes the words of an alarm, and never throws
 */
export function createOperatorAlarms(parts: {
  /** Their Discord ids. */
  operators: readonly string[];
  rest: Pick<DiscordRest, 'call' | 'openDirectMessage'>;
  /** The process that speaks. */
  process: string;
  logger: Pick<Logger, 'warn'>;
  now?: () => number;
}): (words: string) => void {
  const { operators, rest, process, logger, now = Date.now } = parts;
  let told = new Map<string, number>();

  return (words) => {
    told = new Map([...told].filter(([, at]) => now() - at < QUIET_MS));
    if (told.has(words) || told.size >= MOST) return;
    told.set(words, now());
    for (const operator of operators) {
      tell(operator, words).catch((err: unknown) => logger.warn({ err }, 'an operator could not be told'));
    }
  };

  async function tell(operator: string, words: string): Promise<void> {
    const channel = await rest.openDirectMessage(operator);
    // Several processes of a kind may see the same trouble: within some minutes the nonce makes it one message.
    const nonce = createHash('sha256').update(`${process}/${words}`).digest('base64url').slice(0, 25);
    await rest.call('POST', channel, '/messages', { body: toNoticeBody(operatorAlarmText(process, words), nonce) });
  }
}
