import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { SessionAnswer } from '../../http/contract.ts';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';
import type { ConnectionActions, Connections } from '../use-connections.ts';
import { ConnectionList } from './connection-list.tsx';

const MENU = 'account-menu';

export interface AccountMenuProps {
  session: SessionAnswer;
  connections: Connections;
  connectionActions: ConnectionActions;
  language: Language;
  texts: PageTexts;
  onLanguage(language: Language): void;
  onSignOut(): Promise<void>;
}

/** The browser's own popover: it closes on Escape and on a click elsewhere, and gives the focus back. */
export function AccountMenu(props: AccountMenuProps) {
  const { session, connections, connectionActions, language, texts, onLanguage, onSignOut } = props;
  const signOut = useAction(null, onSignOut);
  return (
    <>
      <button type="button" className="menu-button" popoverTarget={MENU} aria-label={texts.header.menu}>
        <span aria-hidden="true">{[...session.user.name][0]}</span>
      </button>
      <section id={MENU} className="menu" popover="auto" aria-label={texts.header.menu}>
        <p className="menu-name">{session.user.name}</p>
        <h2>{texts.header.connections}</h2>
        <ConnectionList
          connections={connections}
          actions={connectionActions}
          emulated={session.emulated}
          texts={texts}
        />
        <h2>{texts.header.language}</h2>
        <LanguageSwitch language={language} texts={texts} onLanguage={onLanguage} />
        <button type="button" className="button" disabled={signOut.busy} onClick={() => signOut.act()}>
          {texts.header.signOut}
        </button>
        {signOut.fault && <FaultNote fault={signOut.fault} texts={texts} />}
      </section>
    </>
  );
}
