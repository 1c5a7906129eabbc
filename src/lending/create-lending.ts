import { KEEPER_UID } from '../domain/container-users.ts';
import type { Lending, LendingTerms } from '../ports/lending.ts';
import { GIT_PATH } from './git/git-routes.ts';
import { startLendingProxy, type LendingProxy } from './start-lending-proxy.ts';

/** Where the keeper listens inside of every container (infra/images/keeper/places.ts). */
const FORWARDER = 'http://127.0.0.1:8180';
/** A proxy that its host forgot ends by itself, this long after its run must have. */
const SPARE_MS = 60 * 60_000;

export interface LendingOptions {
  /** How long a run may take with its clone, in milliseconds. */
  wallMs: number;
  /** Addresses that are reached although they are private, in test mode only (CO-2). */
  allowedPrivate: readonly string[];
  /** What the proxies write for the log. */
  onLine: (line: string) => void;
  /** A folder of ours alone, in which Node keeps our compiled code: a proxy starts in two thirds of the time. */
  compileCache?: string;
}

/** Proxies of this host's runs, each a process of its own, which end with this one however it dies. */
export function createLending({ wallMs, allowedPrivate, onLine, compileCache }: LendingOptions): Lending {
  const proxies = new Map<string, Promise<LendingProxy>>();

  const start = (socketDir: string, terms: LendingTerms): Promise<LendingProxy> =>
    startLendingProxy(
      {
        socketDir,
        gid: KEEPER_UID,
        git: terms.git && { ...terms.git, push: false },
        model: terms.model,
        limits: { wallMs: wallMs + SPARE_MS },
        allowedPrivate: [...allowedPrivate],
      },
      { onLine, ...(compileCache !== undefined && { compileCache }) },
    );

  return {
    remote: `${FORWARDER}${GIT_PATH}`,

    async open(runId, socketFolder, terms) {
      const proxy = proxies.get(runId) ?? start(socketFolder, terms);
      proxies.set(runId, proxy);
      const forget = () => {
        if (proxies.get(runId) === proxy) proxies.delete(runId);
      };
      // One that could not be started, or ended by itself, is started by whoever asks next.
      const { exited } = await proxy.catch((error: unknown) => {
        forget();
        throw error;
      });
      void exited.then(forget);
    },

    async close(runId) {
      const proxy = await proxies.get(runId)?.catch(() => undefined);
      await proxy?.stop();
      // Its exit makes it forgotten a moment later.
      proxies.delete(runId);
    },

    isClosed: (runId) => !proxies.has(runId),

    list: () => [...proxies.keys()],
  };
}
