import { availableParallelism } from 'node:os';

/** Tests run as native ES modules; TypeScript is stripped, not compiled (see test/support/strip-types.cjs). */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '\\.tsx?$': '<rootDir>/test/support/strip-types.cjs' },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  reporters: ['default', '<rootDir>/test/support/reporter.ts'],
  // Most tests wait for a server, a browser or a timer: two run well even on a small machine. No more than there are namespaces.
  maxWorkers: Math.min(16, Math.max(2, availableParallelism())),
  testTimeout: 30_000,
};
