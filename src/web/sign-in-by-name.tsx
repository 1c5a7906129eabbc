import { useState, type FormEvent } from 'react';
import type { PageTexts } from '../domain/texts/page.ts';
import type { Api, ApiFault } from './api.ts';
import { FaultNote } from './parts/fault-note.tsx';

/** As the server bounds it. */
const LONGEST_NAME = 40;

interface SignInByNameProps {
  api: Api;
  texts: PageTexts;
  onSignedIn(): void;
}

export function SignInByName({ api, texts, onSignedIn }: SignInByNameProps) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiFault | null>(null);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    if (!name) return;
    setBusy(true);
    setFault(null);
    try {
      await api.signInByName({ name });
      onSignedIn();
    } catch (problem) {
      setFault(problem as ApiFault);
      setBusy(false);
    }
  }

  return (
    <form className="sign-in-form" onSubmit={signIn}>
      <label htmlFor="name">{texts.signIn.name}</label>
      <input id="name" name="name" required maxLength={LONGEST_NAME} autoComplete="nickname" autoFocus />
      <button type="submit" className="button primary" disabled={busy}>
        {texts.signIn.start}
      </button>
      {fault && <FaultNote fault={fault} texts={texts} />}
      <p className="aside">
        <strong>{texts.signIn.practiceTitle}.</strong> {texts.signIn.practice}
      </p>
    </form>
  );
}
