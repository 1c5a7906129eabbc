import { useEffect, useState } from 'react';

/** Whether `what` has stayed the same for longer than `ms`, as far as this page has seen. */
export function useLongerThan(ms: number, what: string): boolean {
  const [outlasted, setOutlasted] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setOutlasted(what), ms);
    return () => {
      clearTimeout(timer);
      setOutlasted(null);
    };
  }, [ms, what]);
  return outlasted === what;
}
