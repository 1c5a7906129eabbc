import { randomUUID } from 'node:crypto';
import type { ApprovalDecision } from '../domain/words.ts';
import type { DecisionResult } from './consent.ts';
import type { Approval, Call, CallState, ConsentStore, ConsentTx } from '../ports/consent-store.ts';

/** What is shown to the person, and what the decision is about: tool and arguments with sorted keys. */
export function previewOf(call: Pick<Call, 'tool' | 'arguments'>): string {
  return JSON.stringify({ tool: call.tool, arguments: sorted(call.arguments) }, null, 2);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

export type ApprovalLevel =
  | { kind: 'notNeeded' }
  | { kind: 'approved' }
  | { kind: 'denied' }
  | { kind: 'expired' }
  | { kind: 'pending'; approval: Approval };

/**
 * Whether a covered write may run now (under the lock). A write that waited long for consent is shown again first: the
 * person may have forgotten what it was. A yes stays with the call, whose arguments cannot change.
 */
export async function approvalLevel(tx: ConsentTx, call: Call, state: CallState): Promise<ApprovalLevel> {
  const current = await tx.approvalOf(call);
  if (current === null) {
    const waited = state.waitedSince === null ? 0 : tx.now.getTime() - state.waitedSince.getTime();
    if (waited <= tx.times.staleWriteMs) return { kind: 'notNeeded' };
    return { kind: 'pending', approval: await ask(tx, call, new Date(tx.now.getTime() + tx.times.waitMs)) };
  }
  switch (current.status) {
    case 'approved':
      // The bytes that were approved are the bytes that run, or nothing does.
      return current.preview === previewOf(call) ? { kind: 'approved' } : { kind: 'denied' };
    case 'denied':
      return { kind: 'denied' };
    case 'expired':
    case 'replaced':
      return { kind: 'expired' };
    case 'pending':
      break;
  }
  if (current.deadline <= tx.now) {
    await tx.saveApproval({ ...current, status: 'expired' });
    return { kind: 'expired' };
  }
  if (current.expiresAt > tx.now) return { kind: 'pending', approval: current };
  await tx.saveApproval({ ...current, status: 'replaced' });
  return { kind: 'pending', approval: await ask(tx, call, current.deadline) };
}

async function ask(tx: ConsentTx, call: Call, deadline: Date): Promise<Approval> {
  const approval: Approval = {
    id: randomUUID(),
    requestId: call.requestId,
    callId: call.callId,
    userId: call.userId,
    reason: 'staleWrite',
    status: 'pending',
    preview: previewOf(call),
    expiresAt: new Date(tx.now.getTime() + tx.times.approvalMs),
    deadline,
  };
  await tx.createApproval(approval);
  await tx.audit('approvalAsked', { requestId: call.requestId });
  tx.changed('request', call.requestId);
  return approval;
}

/**
 * A person's yes or no. It counts once, for its owner, while the preview is fresh. `approveAll` names the newest preview
 * that was shown, and says yes to it and to those before it: what was asked since then nobody has seen.
 */
export async function decideApproval(
  store: ConsentStore,
  approvalId: string,
  userId: string,
  decision: ApprovalDecision,
): Promise<DecisionResult> {
  const found = await store.findApproval(approvalId);
  if (found === null || found.userId !== userId) return 'notFound';
  const { requestId } = found;
  return store.transact({ userId, providers: [], requestId }, async (tx) => {
    const state = await tx.request(requestId);
    const pending = await tx.pendingApprovals(requestId);
    const asked = pending.find(({ id }) => id === approvalId);
    if (asked === undefined || state === null || state.cancelled || state.ended) return 'alreadyDecided';
    if (asked.expiresAt <= tx.now) return 'expired';
    const shown = pending.slice(0, pending.indexOf(asked) + 1).filter(({ expiresAt }) => expiresAt > tx.now);
    const meant = decision === 'approveAll' ? shown : [asked];
    for (const approval of meant) {
      await tx.saveApproval({ ...approval, status: decision === 'deny' ? 'denied' : 'approved' });
      await tx.signalApproval(approval);
      await tx.audit(decision === 'deny' ? 'approvalDenied' : 'approvalGiven', { requestId });
    }
    tx.changed('request', requestId);
    return 'decided';
  });
}
