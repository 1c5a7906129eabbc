import { silenceTemporal } from '../support/panager.ts';
import { temporalAddress, temporalNamespace, testDatabase } from '../support/servers.ts';
import { openTheatre, type Theatre } from './theatre.ts';

/** A theatre on the servers of this jest run. Once per test file: the SDK's own lines are kept out of the output. */
export async function openTestTheatre(): Promise<Theatre> {
  silenceTemporal();
  const database = await testDatabase();
  const theatre = await openTheatre({
    database,
    temporal: { address: temporalAddress(), namespace: temporalNamespace() },
  });
  return {
    ...theatre,
    async close() {
      await theatre.close();
      await database.drop();
    },
  };
}
