import { ApplicationFailure } from '@temporalio/common';
import type { RunFailure } from '../../src/domain/runs.ts';

/** What trying again does not change, with the code that the run's person is told. */
export function failedRun(code: RunFailure): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message: 'the run cannot go on', nonRetryable: true });
}
