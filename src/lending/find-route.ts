import type { BodyMemory } from './bodies/body-memory.ts';
import { createBodyMemory } from './bodies/body-memory.ts';
import { createReceivedBytes } from './bodies/received-bytes.ts';
import { echoForms } from './bodies/withhold-secrets.ts';
import type { Handler, Routes } from './exchange.ts';
import { gitRoutes } from './git/git-routes.ts';
import { createMessageAnswer } from './model/answer-message.ts';
import type { BudgetKeeper } from './model/budget.ts';
import { modelRoutes } from './model/model-routes.ts';
import { createRegistryRoute } from './registry-routes.ts';
import type { Relay } from './relay.ts';
import { createRelay } from './relay.ts';
import type { LendingSettings } from './settings.ts';
import type { Resolve } from './upstream/resolve-host.ts';
import { createUpstream } from './upstream/upstream.ts';
import type { Upstream } from './upstream/upstream.ts';

export type FindRoute = (method: string, target: string) => Handler | null;

interface Shared {
  reach: (base: URL) => Upstream;
  memory: BodyMemory;
  relayWithout: (forms: readonly Buffer[]) => Relay;
}

/** Everything that this run may ask for, and nothing else: what was not lent has no route. */
export function createFindRoute(settings: LendingSettings, resolve: Resolve, budget: BudgetKeeper | null): FindRoute {
  const { limits, allowedPrivate } = settings;
  const received = createReceivedBytes(limits.receivedBytes);
  const shared: Shared = {
    reach: (base) => createUpstream(base, { resolve, allowedPrivate }, limits),
    memory: createBodyMemory(limits.bufferedBytes),
    relayWithout: (forms) => createRelay(forms, received),
  };
  const routes: Routes = new Map([...lentGit(settings, shared), ...lentModel(settings, shared, budget)]);
  const registries = settings.registries.map(({ name, url }) => [name, shared.reach(url)] as const);
  const registry = createRegistryRoute({ upstreams: new Map(registries), relay: shared.relayWithout([]) });
  return (method, target) => routes.get(`${method} ${target}`) ?? registry(method, target);
}

function lentGit({ git, limits }: LendingSettings, { reach, memory, relayWithout }: Shared): Routes {
  if (git === null) return new Map();
  const { credential, push } = git;
  const secrets = credential ? [credential.password, `${credential.username}:${credential.password}`] : [];
  const relay = relayWithout(echoForms(secrets));
  return gitRoutes({ upstream: reach(git.remote), credential, push, limits, memory, relay });
}

function lentModel(
  { model, limits }: LendingSettings,
  { reach, memory, relayWithout }: Shared,
  budget: BudgetKeeper | null,
): Routes {
  if (model === null || budget === null) return new Map();
  const { baseUrl, apiKey, models } = model;
  const forms = echoForms([apiKey]);
  const answer = createMessageAnswer(relayWithout(forms), forms);
  return modelRoutes({ upstream: reach(baseUrl), apiKey, models, budget, limits, memory, answer });
}
