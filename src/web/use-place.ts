import { useCallback, useEffect, useState } from 'react';
import { placeAddress, placeOf, type Place } from './place.ts';

/** Goes where `work` leads, if the person has stayed where they were meanwhile: a late answer leads nobody away. */
export async function goAfter(work: () => Promise<Place>, go: (place: Place) => void): Promise<void> {
  const from = location.hash;
  const place = await work();
  if (location.hash === from) go(place);
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
