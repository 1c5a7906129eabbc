import { placeAddress, type Place } from '../place.ts';

/** To what contains what is shown. */
export function WayBack({ to, name }: { to: Place; name: string }) {
  return (
    <nav>
      <a className="way-back" href={placeAddress(to)} dir="auto">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M15 5l-7 7 7 7" />
        </svg>
        {name}
      </a>
    </nav>
  );
}
