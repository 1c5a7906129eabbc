import { useCallback, useEffect, useState } from 'react';
import type { ApiFault } from '../api.ts';

/** Asks once it is shown, and again whenever `load` is another function or `again` another number. */
export function useLoaded(load: () => Promise<unknown>, again: number) {
  const [state, setState] = useState<{ loaded: boolean; fault: ApiFault | null }>({ loaded: false, fault: null });

  const ask = useCallback(async () => {
    try {
      await load();
      setState({ loaded: true, fault: null });
    } catch (fault) {
      setState(({ loaded }) => ({ loaded, fault: fault as ApiFault }));
    }
  }, [load]);

  useEffect(() => void ask(), [ask, again]);
  return { ...state, ask };
}
