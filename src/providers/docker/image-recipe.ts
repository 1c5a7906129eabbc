import type { Readable } from 'node:stream';

/** How the image of all containers is made, in order. Its name holds a hash of everything that it is made of. */
export interface ImageRecipe {
  name: string;
  steps: ImageStep[];
  /** What must be in it; `any` is any version, null is not asked for. */
  wanted: { node: string; git: string; claude: string | null };
}

/**
 * What it is made of is gathered on this machine, and throws in words for an operator when something is missing. When the
 * engine cannot build with it, `whenFailed` says what to do.
 */
export type ImageStep =
  | { kind: 'import'; name: string; archive: Gather }
  | { kind: 'build'; name: string; context: Gather; arguments: Record<string, string>; whenFailed?: string };

export type Gather = (progress: (line: string) => void) => Promise<Readable>;
