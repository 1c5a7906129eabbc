import { useEffect, useId, useRef, useState } from 'react';
import type { PageTexts } from '../../domain/texts/page.ts';
import type { ConnectionView, ConsequencesAnswer } from '../../http/contract.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';
import type { ConnectionActions } from '../use-connections.ts';

interface DisconnectProps {
  connection: ConnectionView;
  /** What its provider is called here. */
  name: string;
  texts: PageTexts;
  actions: ConnectionActions;
}

/** Ends a connection, once the person has seen what ends with it and said yes. */
export function Disconnect({ connection, name, texts, actions }: DisconnectProps) {
  const [consequences, setConsequences] = useState<ConsequencesAnswer | null>(null);
  const look = useAction(null, async () => setConsequences(await actions.consequences(connection.id)));
  const asked = consequences !== null;
  const button = useRef<HTMLButtonElement>(null);
  const wasAsked = useRef(false);
  useEffect(() => {
    if (wasAsked.current && !asked) button.current?.focus();
    wasAsked.current = asked;
  }, [asked]);

  if (asked) {
    return (
      <Question
        consequences={consequences}
        name={name}
        texts={texts}
        onYes={() => actions.disconnect(connection.id)}
        onNo={() => setConsequences(null)}
      />
    );
  }
  return (
    <>
      <button ref={button} type="button" className="button" disabled={look.busy} onClick={() => look.act()}>
        {look.busy ? texts.accounts.looking : texts.accounts.disconnect}
      </button>
      {look.fault && <FaultNote fault={look.fault} texts={texts} />}
    </>
  );
}

interface QuestionProps {
  consequences: ConsequencesAnswer;
  name: string;
  texts: PageTexts;
  onYes(): Promise<unknown>;
  onNo(): void;
}

/** More words than these help nobody to decide. */
const MAX_SHOWN = 4;

function Question({ consequences, name, texts, onYes, onNo }: QuestionProps) {
  const disconnect = useAction(null, onYes);
  const panel = useRef<HTMLDivElement>(null);
  const titleId = useId();
  useEffect(() => panel.current?.focus(), []);
  const { requests } = consequences;
  const { accounts } = texts;

  return (
    <div ref={panel} className="disconnect" role="group" aria-labelledby={titleId} tabIndex={-1}>
      <h3 id={titleId}>{accounts.question(name)}</h3>
      <p>{accounts.effect(name)}</p>
      <p>{requests.length === 0 ? accounts.noRequests : accounts.requests(requests.length)}</p>
      {requests.length > 0 && (
        <ul>
          {requests.slice(0, MAX_SHOWN).map(({ id, text }) => (
            <li key={id}>{text}</li>
          ))}
          {requests.length > MAX_SHOWN && <li>{accounts.moreRequests(requests.length - MAX_SHOWN)}</li>}
        </ul>
      )}
      <div className="actions">
        <button type="button" className="button alarm" disabled={disconnect.busy} onClick={() => disconnect.act()}>
          {disconnect.busy ? accounts.disconnecting : accounts.disconnect}
        </button>
        <button type="button" className="button" disabled={disconnect.busy} onClick={onNo}>
          {accounts.keep}
        </button>
      </div>
      {disconnect.fault && <FaultNote fault={disconnect.fault} texts={texts} />}
    </div>
  );
}
