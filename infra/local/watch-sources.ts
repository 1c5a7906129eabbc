import { existsSync, watch } from 'node:fs';
import { join, sep } from 'node:path';
import type { ProcessName } from './local-types.ts';

export type SourceUser = ProcessName | 'page';

const DEBOUNCE_MS = 250;

/** Which parts of the system are made from a source file, by its path from the repository's root. */
export function usersOf(path: string): SourceUser[] {
  const file = path.split(sep).join('/');
  if (file.startsWith('src/web/')) return /\.(test|md)/.test(file) ? [] : ['page'];
  if (!file.endsWith('.ts')) return [];
  if (file.startsWith('src/domain/') || file === 'src/http/contract.ts')
    return ['gateway', 'orchestrator', 'sandbox', 'page'];
  if (file === 'src/gateway.ts' || /^src\/(http|discord)\//.test(file)) return ['gateway'];
  if (file === 'workers/sandbox.ts') return ['sandbox'];
  if (file === 'workers/orchestrator.ts') return ['orchestrator'];
  if (/^(workflows|activities)\//.test(file)) return ['gateway', 'orchestrator'];
  return ['gateway', 'orchestrator', 'sandbox'];
}

/** Calls `onChange` once for each burst of saves, with every part that the changed files belong to. Returns how to end it. */
export function watchSources(root: string, onChange: (users: ReadonlySet<SourceUser>) => void): () => void {
  let changed = new Set<SourceUser>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    const users = changed;
    changed = new Set();
    onChange(users);
  };
  const folders = ['src', 'workflows', 'activities', 'workers'].filter((folder) => existsSync(join(root, folder)));
  const watchers = folders.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      const users = name ? usersOf(join(folder, name)) : [];
      if (users.length === 0) return;
      for (const user of users) changed.add(user);
      clearTimeout(timer);
      timer = setTimeout(tell, DEBOUNCE_MS);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
