import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Provider, RequestStatus } from '../src/domain/words.ts';
import { searchAttributes as attribute } from './messages.ts';

/** What an operator reads of one request: its search attributes and its current details. Names and enums only. */
export interface StatusBoard {
  say(status: RequestStatus): void;
  /** Shows that a call waits for `provider` while `wait` is under way. */
  whileWaiting<T>(callId: string, tool: string, provider: Provider, wait: () => Promise<T>): Promise<T>;
}

export function createStatusBoard(): StatusBoard {
  const waits = new Map<string, { tool: string; provider: Provider }>();
  let waitingSince: Date | null = null;

  const show = (status: RequestStatus) => {
    const providers = [...new Set([...waits.values()].map(({ provider }) => provider))].sort();
    upsertSearchAttributes([
      { key: attribute.status, value: status },
      { key: attribute.waitingFor, value: providers.length > 0 ? providers : null },
      { key: attribute.waitingSince, value: waitingSince },
    ]);
    const lines = [...waits].map(([callId, wait]) => `- ${wait.tool} (call ${callId}) waits for ${wait.provider}`);
    setCurrentDetails([`**${status}**`, ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'));
  };

  return {
    say: show,
    async whileWaiting(callId, tool, provider, wait) {
      waits.set(callId, { tool, provider });
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
