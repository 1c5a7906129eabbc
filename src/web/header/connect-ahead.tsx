import type { PageTexts, Provider } from '../../domain/texts/page.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';
import type { ConnectionActions } from '../use-connections.ts';

interface ConnectAheadProps {
  provider: Provider;
  label: string;
  texts: PageTexts;
  actions: ConnectionActions;
}

/** Connects an account before any request needs it: leads to the same connect page. */
export function ConnectAhead({ provider, label, texts, actions }: ConnectAheadProps) {
  const start = useAction(null, async () => location.assign(await actions.start(provider)));
  return (
    <>
      <button type="button" className="button primary" disabled={start.busy} onClick={() => start.act()}>
        {start.busy ? texts.accounts.opening : label}
      </button>
      {start.fault && <FaultNote fault={start.fault} texts={texts} />}
    </>
  );
}
