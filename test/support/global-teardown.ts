/**
 * Ends what global-setup.ts started; throws when a server does not end. A process or folder that a test left fails the run
 * (not by throwing: jest then lets nobody print any more, and the reporter's line would be lost).
 */
export default async function globalTeardown(): Promise<void> {
  globalThis.leaks = (await globalThis.endOfTests?.()) ?? [];
  if (globalThis.leaks.length > 0) process.exitCode = 1;
}
