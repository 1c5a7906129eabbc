/** Ids speak: an operator reads from them what a workflow is for, and each names the one row that it may act on. */
export const requestWorkflowId = (requestId: string) => `request-${requestId}`;
export const runWorkflowId = (runId: string) => `run-${runId}`;
export const repairWorkflowId = (attemptId: string) => `repair-${attemptId}`;
export const disconnectWorkflowId = (connectionId: string) => `disconnect-${connectionId}`;
export const destroyCredentialWorkflowId = (attemptId: string) => `destroy-credential-${attemptId}`;
