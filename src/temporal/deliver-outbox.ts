import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import type { Delivery, Outbox, OutboxMessage } from '../ports/outbox.ts';
import type * as workflows from '../../workflows/index.ts';
import {
  approvalDecided,
  authCompleted,
  choiceMade,
  replyChanged,
  searchAttributes,
  type ApprovalDecided,
  type AuthCompleted,
  type ChoiceMade,
  type ReplyChanged,
} from '../../workflows/messages.ts';
import { PANAGER_TASK_QUEUE } from './task-queues.ts';
import {
  destroyCredentialWorkflowId,
  disconnectWorkflowId,
  repairWorkflowId,
  requestWorkflowId,
  runWorkflowId,
} from './workflow-ids.ts';

/** A row's lock is held during the call, so no call may hang longer. */
const RPC_TIMEOUT_MS = 5_000;

/**
 * Turns one outbox row into one call of Temporal. Accepted is delivered; a workflow that runs already, or is gone once
 * its start was delivered, is delivered too. Everything else is tried later.
 *
 * A request ends in its rows before its workflow ends. So one whose workflow is gone and that has not ended was lost
 * (somebody terminated it, or its history): it is marked, because nobody else will ever end it.
 */
export function createOutboxDelivery(parts: {
  client: Client;
  outbox: Pick<Outbox, 'isStartPending' | 'markLost'>;
  taskQueue?: string;
  onFailure: (kind: string, error: unknown) => void;
}): (message: OutboxMessage) => Promise<Delivery> {
  const { client, outbox, taskQueue = PANAGER_TASK_QUEUE, onFailure } = parts;
  const common = { taskQueue, workflowIdConflictPolicy: 'FAIL' } as const;

  return async (message) => {
    try {
      return await client.connection.withDeadline(Date.now() + RPC_TIMEOUT_MS, () => deliver(message));
    } catch (error) {
      onFailure(message.kind, error);
      return 'later';
    }
  };

  async function deliver(message: OutboxMessage): Promise<Delivery> {
    const { kind, subjectId, payload } = message;
    try {
      return await send(message);
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) {
        // A request and a run start once. What ends credentials may run again, after the one that is under way.
        if (kind !== 'startRequest' && kind !== 'startRun') return 'later';
        if (payload.again === true) await markUnlessRunning(subjectId);
        return 'delivered';
      }
      if (error instanceof WorkflowNotFoundError) {
        if (await outbox.isStartPending(subjectId)) return 'later';
        await outbox.markLost(subjectId);
        return 'delivered';
      }
      throw error;
    }
  }

  async function markUnlessRunning(requestId: string): Promise<void> {
    const { status } = await client.workflow.getHandle(requestWorkflowId(requestId)).describe();
    if (status.name !== 'RUNNING') await outbox.markLost(requestId);
  }

  async function send({ kind, subjectId, payload }: OutboxMessage): Promise<Delivery> {
    const running = () => client.workflow.getHandle(requestWorkflowId(subjectId));
    switch (kind) {
      case 'startRequest':
        await start('request', {
          workflowId: requestWorkflowId(subjectId),
          args: [{ requestId: subjectId, repliesOn: payload.platform === 'discord' ? 'discord' : 'web' }],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          // When tasks queue up, people take turns: a burst of one does not hold back the others.
          priority: { fairnessKey: String(payload.userId) },
          typedSearchAttributes: [
            { key: searchAttributes.user, value: String(payload.userId) },
            { key: searchAttributes.status, value: 'thinking' },
          ],
        });
        return 'delivered';
      case 'tellEnd':
        // In the place of the one that is lost, whose rows it may act on.
        await start('tellEnd', {
          workflowId: requestWorkflowId(subjectId),
          args: [{ requestId: subjectId }],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        });
        return 'delivered';
      case 'authCompleted':
        await running().signal(authCompleted, payload as unknown as AuthCompleted);
        return 'delivered';
      case 'choiceMade':
        await running().signal(choiceMade, payload as unknown as ChoiceMade);
        return 'delivered';
      case 'approvalDecided':
        await running().signal(approvalDecided, payload as unknown as ApprovalDecided);
        return 'delivered';
      case 'replyChanged':
        await running().signal(replyChanged, payload as unknown as ReplyChanged);
        return 'delivered';
      case 'disconnect':
        await start('disconnect', {
          workflowId: disconnectWorkflowId(subjectId),
          args: [{ connectionId: subjectId, attemptId: String(payload.attemptId) }],
        });
        return 'delivered';
      case 'cancelRequest':
        await running().cancel();
        return 'delivered';
      case 'startRun':
        await start('run', {
          workflowId: runWorkflowId(subjectId),
          args: [{ runId: subjectId }],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          priority: { fairnessKey: String(payload.userId) },
          typedSearchAttributes: [{ key: searchAttributes.user, value: String(payload.userId) }],
        });
        return 'delivered';
      case 'stopRun':
        await client.workflow.getHandle(runWorkflowId(subjectId)).cancel();
        return 'delivered';
      case 'repairAttempt':
        await start('repair', { workflowId: repairWorkflowId(subjectId), args: [{ attemptId: subjectId }] });
        return 'delivered';
      case 'destroyCredential':
        await start('destroyCredential', {
          workflowId: destroyCredentialWorkflowId(subjectId),
          args: [{ attemptId: subjectId, revoke: payload.revoke === true }],
        });
        return 'delivered';
    }
  }

  function start<Name extends keyof typeof workflows>(
    name: Name,
    options: Omit<WorkflowStartOptions<(typeof workflows)[Name]>, 'taskQueue'>,
  ) {
    return client.workflow.start<(typeof workflows)[Name]>(name, { ...common, ...options } as WorkflowStartOptions<
      (typeof workflows)[Name]
    >);
  }
}
