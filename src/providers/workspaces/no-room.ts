/** The host has no room for another workspace: nothing was made. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
  constructor() {
    super('This host has no room for another workspace: nothing was made. Free disk space, or lower the limit.');
  }
}
