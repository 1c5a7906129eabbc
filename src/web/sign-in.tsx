import { type Language, pageTexts } from '../domain/texts/page.ts';
import type { Api } from './api.ts';
import { LanguageSwitch } from './parts/language-switch.tsx';
import { Wordmark } from './parts/wordmark.tsx';
import { SignInByName } from './sign-in-by-name.tsx';
import { SignInWithDiscord } from './sign-in-with-discord.tsx';
import type { SignInPlace } from './use-session.ts';

interface SignInProps {
  api: Api;
  place: SignInPlace;
  /** Something was being written when the session ended. */
  draftKept: boolean;
  language: Language;
  onLanguage(language: Language): void;
  onSignedIn(): void;
}

export function SignIn({ api, place, draftKept, language, onLanguage, onSignedIn }: SignInProps) {
  const texts = pageTexts(language);
  return (
    <div className="sign-in">
      <header>
        <Wordmark texts={texts} />
        <LanguageSwitch language={language} texts={texts} onLanguage={onLanguage} />
      </header>
      <main>
        <h1>{texts.signIn.promise}</h1>
        <p className="sign-in-explanation">{texts.signIn.explanation}</p>
        {draftKept && (
          <p className="note" role="status">
            {texts.signIn.draftKept}
          </p>
        )}
        {place.signIn === 'name' ? (
          <SignInByName api={api} texts={texts} onSignedIn={onSignedIn} />
        ) : (
          <SignInWithDiscord texts={texts} />
        )}
      </main>
    </div>
  );
}
