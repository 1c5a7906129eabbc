/** Every workflow type, by the name that operators read. */
export { request } from './request.ts';
export { destroyCredential, repair, sweep } from './maintenance.ts';
