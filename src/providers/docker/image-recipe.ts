import type { Readable } from 'node:stream';

/** How the image of all containers is made, in order. Its name holds a hash of everything that it is made of. */
export interface ImageRecipe {
  name: string;
  steps: ImageStep[];
  /** What must be in it; `any` is any version, null is not asked for. */
  wanted: { node: string; git: string; claude: string | null };
}

export type ImageStep =
  | { kind: 'import'; name: string; archive: () => Promise<Readable> }
  | { kind: 'build'; name: string; context: () => Promise<Readable>; arguments: Record<string, string> };
