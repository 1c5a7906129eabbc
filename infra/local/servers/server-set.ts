import type { EmulatedGoogle } from './emulated-google.ts';
import type { EmbeddedOpenBao } from './openbao.ts';
import type { EmbeddedPostgres } from './postgres.ts';
import type { EmbeddedTemporal } from './temporal.ts';

/** Our own servers; undefined where a real one is configured. */
export type ServerSet = {
  postgres: EmbeddedPostgres | undefined;
  temporal: EmbeddedTemporal | undefined;
  openBao: EmbeddedOpenBao | undefined;
  google: EmulatedGoogle | undefined;
};
