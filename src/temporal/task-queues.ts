/** Where workflows and ordinary activities run. */
export const PANAGER_TASK_QUEUE = 'panager';
