import type { PageTexts, Provider } from '../../domain/texts/page.ts';
import type { Connections } from '../use-connections.ts';

interface ConnectionListProps {
  connections: Connections;
  emulated: readonly Provider[];
  texts: PageTexts;
}

export function ConnectionList({ connections, emulated, texts }: ConnectionListProps) {
  if (connections === 'unknown') return <p className="aside">{texts.header.connectionsUnknown}</p>;
  if (connections === null) return <p className="aside">{texts.loading}</p>;
  if (connections.length === 0) return <p className="aside">{texts.header.noConnections}</p>;
  return (
    <ul className="connections">
      {connections.map(({ id, provider, account, status }) => (
        <li key={id}>
          <strong>{texts.provider(provider, emulated.includes(provider))}</strong>
          <span>{status === 'active' ? texts.header.connectedAs(account) : texts.header.connectionRevoked}</span>
        </li>
      ))}
    </ul>
  );
}
