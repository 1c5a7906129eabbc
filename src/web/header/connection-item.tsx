import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { ConnectionView } from '../../http/contract.ts';
import { PermissionList } from '../parts/permission-list.tsx';
import { shortDayWords } from '../time-words.ts';
import type { ConnectionActions } from '../use-connections.ts';
import { Disconnect } from './disconnect.tsx';

interface ConnectionItemProps {
  connection: ConnectionView;
  emulated: boolean;
  language: Language;
  texts: PageTexts;
  actions: ConnectionActions;
}

/** One account: whose it is, what it allows, since when, whether it still works. */
export function ConnectionItem({ connection, emulated, language, texts, actions }: ConnectionItemProps) {
  const { provider, account, status, scopes, connectedAt } = connection;
  const { accounts } = texts;
  const name = texts.provider(provider, emulated);
  return (
    <li data-status={status}>
      <p className="connection-head">
        <strong>{name}</strong>
        <span className="connection-status">{accounts.status[status]}</span>
      </p>
      <p dir="auto">{account}</p>
      {status === 'active' && scopes.length > 0 && (
        <>
          <p className="unseen">{accounts.permissions}</p>
          <PermissionList scopes={scopes} language={language} />
        </>
      )}
      <p className="aside">
        {status === 'active' ? (
          <time dateTime={connectedAt}>{accounts.since(shortDayWords(new Date(connectedAt), language))}</time>
        ) : (
          accounts.revokedHint
        )}
      </p>
      <Disconnect connection={connection} name={name} texts={texts} actions={actions} />
    </li>
  );
}
