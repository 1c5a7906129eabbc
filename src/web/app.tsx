import { useCallback, useMemo } from 'react';
import { pageTexts } from '../domain/texts/page.ts';
import { ApiFault, type Api } from './api.ts';
import { Chat } from './chat/chat.tsx';
import { watchSession } from './watch-session.ts';
import { FaultNote } from './parts/fault-note.tsx';
import { SignIn } from './sign-in.tsx';
import { useDraft } from './use-draft.ts';
import { useLanguage } from './use-language.ts';
import { useSession } from './use-session.ts';

/** Chooses between signing in and the conversation, and holds what outlives both: the language and the draft. */
export function App({ apiFor }: { apiFor: (userId: string | null) => Api }) {
  const api = useMemo(() => apiFor(null), [apiFor]);
  const { state, refresh, leave } = useSession(api);
  const session = state.kind === 'signedIn' ? state.session : null;
  const userId = session?.user.id ?? null;
  const [language, chooseLanguage] = useLanguage(session?.user.language ?? null);
  const draft = useDraft(userId);
  const texts = pageTexts(language);
  const own = useMemo(() => apiFor(userId), [apiFor, userId]);
  const watched = useMemo(() => watchSession(own, () => void refresh()), [own, refresh]);

  const { forget } = draft;
  const signOut = useCallback(async () => {
    await own.signOut().catch((fault: unknown) => {
      // Signed out already, or somebody else is signed in by now, by another tab.
      if (!(fault instanceof ApiFault) || fault.status !== 401) throw fault;
    });
    forget();
    leave();
  }, [own, forget, leave]);

  if (state.kind === 'loading') return <p className="page-state appears-late">{texts.loading}</p>;
  if (state.kind === 'unknown') {
    return (
      <main className="page-state">
        <FaultNote fault={state.fault} texts={texts} onRetry={refresh} />
      </main>
    );
  }
  if (state.kind === 'signedOut') {
    return (
      <SignIn
        api={api}
        place={state.place}
        draftKept={draft.text !== ''}
        language={language}
        onLanguage={chooseLanguage}
        onSignedIn={refresh}
      />
    );
  }
  return (
    <Chat
      key={state.session.user.id}
      api={watched}
      session={state.session}
      draft={draft}
      language={language}
      onLanguage={chooseLanguage}
      onSignOut={signOut}
    />
  );
}
