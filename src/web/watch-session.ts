import { ApiFault, type Api } from './api.ts';

/** The same routes; whichever is answered 401 also tells that the session has ended. The caller still gets the fault. */
export function watchSession(api: Api, onEnded: () => void): Api {
  const watched = Object.entries(api).map(([name, route]) => [
    name,
    async (...argument: unknown[]) => {
      try {
        return await (route as (...argument: unknown[]) => Promise<unknown>)(...argument);
      } catch (fault) {
        if (fault instanceof ApiFault && fault.status === 401) onEnded();
        throw fault;
      }
    },
  ]);
  return Object.fromEntries(watched) as Api;
}
