/** What of the page is shown. Its address is the part after `#`, so that it survives a reload and can be kept. */
export type Place =
  { kind: 'conversation' } | { kind: 'projects' } | { kind: 'project'; id: string } | { kind: 'run'; id: string };

export function placeOf(hash: string): Place {
  const [, kind, id] = hash.replace(/^#/, '').split('/');
  if (kind === 'projects') return id ? { kind: 'project', id } : { kind: 'projects' };
  if (kind === 'runs' && id) return { kind: 'run', id };
  return { kind: 'conversation' };
}

export function placeAddress(place: Place): string {
  switch (place.kind) {
    case 'conversation':
      return '#/';
    case 'projects':
      return '#/projects';
    case 'project':
      return `#/projects/${place.id}`;
    case 'run':
      return `#/runs/${place.id}`;
  }
}
