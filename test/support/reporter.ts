import type { AggregatedResult, Reporter, TestContext, TestResult } from '@jest/reporters';

/**
 * Ends a run with one plain line: `N passed, N failed, N skipped`. A suite that cannot load counts as
 * failed, and so does each thing that a test left behind. Each skipped
 * test is named; its name says why.
 */
export default class PlainLine implements Pick<Reporter, 'onRunStart' | 'onRunComplete' | 'onTestResult'> {
  #passed = 0;
  #failed = 0;
  #skipped: string[] = [];

  onRunStart(): void {
    // From `exit`, so that nothing jest still prints comes after it.
    process.once('exit', () => {
      const leaks = globalThis.leaks ?? [];
      for (const leak of leaks) process.stdout.write(`failed: ${leak}\n`);
      for (const name of this.#skipped) process.stdout.write(`skipped: ${name}\n`);
      process.stdout.write(
        `${this.#passed} passed, ${this.#failed + leaks.length} failed, ${this.#skipped.length} skipped\n`,
      );
    });
  }

  onTestResult(_test: unknown, result: TestResult): void {
    const open = result.testResults.filter(({ status }) => status === 'pending' || status === 'todo');
    this.#skipped.push(...open.map((one) => one.fullName));
  }

  onRunComplete(_contexts: Set<TestContext>, result: AggregatedResult): void {
    this.#passed = result.numPassedTests;
    this.#failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  }
}
