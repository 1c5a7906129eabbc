import { useCallback, useEffect, useState } from 'react';
import { placeAddress, placeOf, type Place } from './place.ts';

/** Goes on only if the person has stayed where they were when this was asked for: a late answer leads nobody away. */
export function ifStillHere(): (go: () => void) => void {
  const from = location.hash;
  return (go) => {
    if (location.hash === from) go();
  };
}

/** Where the page is, and the way elsewhere. Links and the browser's own buttons work too. */
export function usePlace(): [Place, (place: Place) => void] {
  const [place, setPlace] = useState(() => placeOf(location.hash));

  useEffect(() => {
    const onChange = () => setPlace(placeOf(location.hash));
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }, []);

  const go = useCallback((next: Place) => {
    location.hash = placeAddress(next);
    setPlace(next);
  }, []);
  return [place, go];
}
