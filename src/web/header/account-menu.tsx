import { useRef } from 'react';
import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { SessionAnswer } from '../../http/contract.ts';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';
import type { ConnectionActions, Connections } from '../use-connections.ts';
import { useKeptFocus } from '../use-kept-focus.ts';
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
  const menu = useRef<HTMLElement>(null);
  useKeptFocus(menu, '.menu');
  return (
    <>
      <button type="button" className="menu-button" popoverTarget={MENU} aria-label={texts.header.menu}>
        <span aria-hidden="true">{[...session.user.name][0]}</span>
      </button>
      <section ref={menu} id={MENU} className="menu" popover="auto" tabIndex={-1} aria-label={texts.header.menu}>
        <p className="menu-name">{session.user.name}</p>
        <h2>{texts.accounts.title}</h2>
        <ConnectionList
          connections={connections}
          actions={connectionActions}
          emulated={session.emulated}
          language={language}
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
