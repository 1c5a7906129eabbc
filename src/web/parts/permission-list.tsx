import type { Language } from '../../domain/texts/page.ts';
import { permissionWords } from '../permission-words.ts';

export function PermissionList({ scopes, language }: { scopes: readonly string[]; language: Language }) {
  return (
    <ul className="permissions">
      {permissionWords(scopes, language).map((permission) => (
        <li key={permission}>{permission}</li>
      ))}
    </ul>
  );
}
