import { useCallback, useState } from 'react';
import type { PageTexts } from '../../domain/texts/page.ts';
import type { ConnectionView, ConsequencesAnswer } from '../../http/contract.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';
import type { ConnectionActions } from '../use-connections.ts';

interface ConnectionItemProps {
  connection: ConnectionView;
  emulated: boolean;
  texts: PageTexts;
  actions: ConnectionActions;
}

/** One account; disconnecting it says first what that affects. */
export function ConnectionItem({ connection, emulated, texts, actions }: ConnectionItemProps) {
  const { id, provider, account, status } = connection;
  const [consequences, setConsequences] = useState<ConsequencesAnswer | null>(null);
  const ask = useAction(
    null,
    useCallback(async () => setConsequences(await actions.consequences(id)), [actions, id]),
  );
  const disconnect = useAction(
    null,
    useCallback(() => actions.disconnect(id), [actions, id]),
  );
  const fault = ask.fault ?? disconnect.fault;

  return (
    <li>
      <strong>{texts.provider(provider, emulated)}</strong>
      <span>{status === 'active' ? texts.header.connectedAs(account) : texts.header.connectionRevoked}</span>
      {consequences ? (
        <div className="note" role="status">
          <p>{texts.header.disconnectEffect(consequences.requests.length)}</p>
          <div className="actions">
            <button type="button" className="button" disabled={disconnect.busy} onClick={() => disconnect.act()}>
              {disconnect.busy ? texts.header.disconnecting : texts.header.disconnectConfirm}
            </button>
            <button type="button" className="button plain" onClick={() => setConsequences(null)}>
              {texts.header.keepConnected}
            </button>
          </div>
        </div>
      ) : (
        <button type="button" className="button plain" disabled={ask.busy} onClick={() => ask.act()}>
          {texts.header.disconnect}
        </button>
      )}
      {fault && <FaultNote fault={fault} texts={texts} />}
    </li>
  );
}
