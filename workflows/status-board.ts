import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Provider, RequestStatus } from '../src/domain/words.ts';
import { searchAttributes as attribute } from './messages.ts';

export type Awaited = Provider | 'approval';

/** What an operator reads of one request: its search attributes and its current details. Names and enums only. */
export interface StatusBoard {
  say(status: RequestStatus): void;
  /** Shows that a call waits for an account, or for its person's approval, while `wait` is under way. */
  whileWaiting<T>(callId: string, tool: string, awaited: Awaited, wait: () => Promise<T>): Promise<T>;
}

/** `changed` learns that something new may be told of the request. */
export function createStatusBoard(changed: () => void): StatusBoard {
  const waits = new Map<string, { tool: string; awaited: Awaited }>();
  let waitingSince: Date | null = null;

  const show = (status: RequestStatus) => {
    const awaited = [...new Set([...waits.values()].map((wait) => wait.awaited))].sort();
    upsertSearchAttributes([
      { key: attribute.status, value: status },
      { key: attribute.waitingFor, value: awaited.length > 0 ? awaited : null },
      { key: attribute.waitingSince, value: waitingSince },
    ]);
    changed();
    const lines = [...waits].map(([callId, wait]) => `- ${wait.tool} (call ${callId}) waits for ${wait.awaited}`);
    setCurrentDetails([`**${status}**`, ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'));
  };

  return {
    say: show,
    async whileWaiting(callId, tool, awaited, wait) {
      waits.set(callId, { tool, awaited });
      waitingSince ??= new Date();
      show('waiting');
      try {
        return await wait();
      } finally {
        waits.delete(callId);
        if (waits.size === 0) waitingSince = null;
        show(waits.size > 0 ? 'waiting' : 'running');
      }
    },
  };
}
