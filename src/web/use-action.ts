import { useCallback, useState } from 'react';
import type { ApiFault } from './api.ts';

/**
 * One button's call. With a `version` it stays busy after it was accepted until the version changes: the reply itself
 * then shows what came of it, and nobody presses twice meanwhile. With null it is busy only while the call runs.
 */
export function useAction<Argument extends unknown[]>(
  version: string | number | null,
  run: (...argument: Argument) => Promise<unknown>,
) {
  const [busySince, setBusySince] = useState<{ version: string | number | null } | null>(null);
  const [fault, setFault] = useState<ApiFault | null>(null);

  const act = useCallback(
    async (...argument: Argument) => {
      setFault(null);
      setBusySince({ version });
      try {
        await run(...argument);
        if (version === null) setBusySince(null);
      } catch (problem) {
        setFault(problem as ApiFault);
        setBusySince(null);
      }
    },
    [version, run],
  );
  return { act, busy: busySince !== null && busySince.version === version, fault };
}
