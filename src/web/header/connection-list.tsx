import type { PageTexts, Provider } from '../../domain/texts/page.ts';
import type { ConnectionActions, Connections } from '../use-connections.ts';
import { ConnectionItem } from './connection-item.tsx';

interface ConnectionListProps {
  connections: Connections;
  actions: ConnectionActions;
  emulated: readonly Provider[];
  texts: PageTexts;
}

export function ConnectionList({ connections, actions, emulated, texts }: ConnectionListProps) {
  if (connections === 'unknown') return <p className="aside">{texts.header.connectionsUnknown}</p>;
  if (connections === null) return <p className="aside">{texts.loading}</p>;
  if (connections.length === 0) return <p className="aside">{texts.header.noConnections}</p>;
  return (
    <ul className="connections">
      {connections.map((connection) => (
        <ConnectionItem
          key={connection.id}
          connection={connection}
          emulated={emulated.includes(connection.provider)}
          texts={texts}
          actions={actions}
        />
      ))}
    </ul>
  );
}
