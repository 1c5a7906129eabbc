import type { Language, PageTexts, Provider } from '../../domain/texts/page.ts';
import type { ConnectionActions, Connections } from '../use-connections.ts';
import { ConnectAhead } from './connect-ahead.tsx';
import { ConnectionItem } from './connection-item.tsx';

interface ConnectionListProps {
  connections: Connections;
  actions: ConnectionActions;
  emulated: readonly Provider[];
  language: Language;
  texts: PageTexts;
}

export function ConnectionList({ connections, actions, emulated, language, texts }: ConnectionListProps) {
  if (connections === 'unknown') return <p className="aside">{texts.accounts.unknown}</p>;
  if (connections === null) return <p className="aside">{texts.loading}</p>;
  const google = connections.filter(({ provider }) => provider === 'google');
  return (
    <div aria-live="polite">
      {connections.length === 0 && <p className="aside">{texts.accounts.none}</p>}
      <ul className="connections">
        {connections.map((connection) => (
          <ConnectionItem
            key={connection.id}
            connection={connection}
            emulated={emulated.includes(connection.provider)}
            language={language}
            texts={texts}
            actions={actions}
          />
        ))}
      </ul>
      {!google.some(({ status }) => status === 'active') && (
        <ConnectAhead
          provider="google"
          label={
            google.length > 0
              ? texts.accounts.reconnect(texts.provider('google', emulated.includes('google')))
              : texts.wait.connect(texts.provider('google', emulated.includes('google')))
          }
          texts={texts}
          actions={actions}
        />
      )}
    </div>
  );
}
