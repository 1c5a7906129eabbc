import { Alarm } from '../../src/connections/alarm.ts';
import type { ContainerEngine } from '../../src/ports/container-engine.ts';
import type { SandboxHosts } from '../../src/ports/runs.ts';

/** A look into an image that is not as wanted costs a container; one that is well costs nothing. */
const IMAGE_AGAIN_MS = 30_000;

export interface HostPresenceParts {
  host: string;
  capacity: number;
  engine: ContainerEngine;
  hosts: SandboxHosts;
  everyMs: number;
  /** One line now and then while the image is made. */
  onProgress: (line: string) => void;
  /** An `Alarm` when the host cannot run anything (CO-7), once for each trouble; anything else as it comes. */
  onTrouble: (error: unknown) => void;
  /** It can run something, for the first time or again; with the engine's version. */
  onWell: (version: string) => void;
}

type State = { trouble: 'noEngine' | 'noImage' | null; why: string };

/**
 * Says every `everyMs` that this host is there, and whether it can run anything now. The image is made on first need,
 * which may take minutes: the host is there meanwhile, without it. Returns how to end it.
 */
export function keepPresent(parts: HostPresenceParts): () => Promise<void> {
  const { engine, hosts, host, capacity } = parts;
  let told: string | undefined;
  let making: Promise<void> | null = null;
  let madeAt = -Infinity;
  let image: { isFit: boolean; problems: string; at: number } | null = null;

  const make = (): void => {
    making ??= engine
      .ensureImage(parts.onProgress)
      .catch(parts.onTrouble)
      .finally(() => {
        making = null;
        madeAt = Date.now();
        image = null;
      });
  };

  const lookAtImage = async () => {
    if (image !== null && !image.isFit && Date.now() - image.at < IMAGE_AGAIN_MS) return image;
    const { ok, problems } = await engine.checkImage();
    image = { isFit: ok, problems: problems.join('; '), at: Date.now() };
    if (!ok && Date.now() - madeAt >= IMAGE_AGAIN_MS) make();
    return image;
  };

  const look = async (): Promise<State> => {
    try {
      const version = await engine.ping();
      const { isFit, problems } = await lookAtImage();
      return isFit ? { trouble: null, why: version } : { trouble: 'noImage', why: problems };
    } catch (error) {
      return { trouble: 'noEngine', why: error instanceof Error ? error.message : 'it does not answer' };
    }
  };

  const say = async (): Promise<void> => {
    const { trouble, why } = await look();
    if (told !== `${trouble} ${why}`) {
      if (trouble === null) parts.onWell(why);
      // An image that is being made is no alarm; one that is still not as wanted afterwards is.
      else if (making === null) parts.onTrouble(new Alarm(`${host} runs no containers: ${why}`));
    }
    told = making === null ? `${trouble} ${why}` : undefined;
    await hosts.seen({ id: host, capacity, trouble });
  };

  return every(parts.everyMs, () => say().catch(parts.onTrouble));
}

/** `work` again and again, never twice at once; the first time at once. Returns how to end it. */
export function every(ms: number, work: () => Promise<void>): () => Promise<void> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const next = async (): Promise<void> => {
    await work();
    if (!isOver) timer = setTimeout(run, ms);
  };
  let current = Promise.resolve();
  const run = (): void => {
    current = next();
  };
  run();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await current;
  };
}
