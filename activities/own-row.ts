import { activityInfo } from '@temporalio/activity';
import { refused } from './failures.ts';

/**
 * Temporal is not an authority: whoever can start workflows must not reach other people's rows with it. A row may be
 * acted on only by the workflow that is named after it (MO-5).
 *
 * @throws ApplicationFailure `notYours`, not retried
 */
export function assertOwnRow(workflowId: string): void {
  if (ownWorkflowId() !== workflowId) throw refused('notYours');
}

/** The id of the workflow that asks. */
export function ownWorkflowId(): string {
  return activityInfo().workflowExecution?.workflowId ?? '';
}
