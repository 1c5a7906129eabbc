/** Every workflow type, by the name that operators read. */
export { request } from './request.ts';
export { run } from './run.ts';
export { destroyCredential, disconnect, repair, searchOrphans, sweep, tellEnd } from './maintenance.ts';
