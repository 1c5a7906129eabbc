/** Ends what global-setup.ts started; a server that does not end fails the run. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.stopTestServers?.();
}
