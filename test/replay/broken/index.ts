import { finishRequest } from '../../../workflows/proxies.ts';

/** A request workflow that does things in another order: replaying a recorded history with it must fail. */
export async function request({ requestId }: { requestId: string }): Promise<string> {
  const { outcome } = await finishRequest({ requestId, outcome: 'done' });
  return outcome;
}
