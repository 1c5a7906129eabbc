import { useCallback, useState } from 'react';

const STORED_AS = 'panager.draft';

interface Draft {
  /** Whose words: another person who signs in here must not find them. */
  ownerId: string;
  text: string;
}

/**
 * What the person is writing. Kept in the tab's storage, so that it outlives a session that ended and the way to a
 * sign-in page and back. `userId` is null while nobody is signed in.
 */
export function useDraft(userId: string | null) {
  const [draft, setDraft] = useState(readDraft);
  const text = draft && (userId === null || draft.ownerId === userId) ? draft.text : '';

  const write = useCallback(
    (change: (text: string) => string) => {
      if (userId === null) return;
      setDraft((now) => storeDraft({ ownerId: userId, text: change(now?.ownerId === userId ? now.text : '') }));
    },
    [userId],
  );
  const forget = useCallback(() => setDraft(storeDraft(null)), []);
  return { text, write, forget };
}

function readDraft(): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORED_AS) ?? 'null') as Draft | null;
  } catch {
    return null;
  }
}

function storeDraft(draft: Draft | null): Draft | null {
  if (draft?.text) sessionStorage.setItem(STORED_AS, JSON.stringify(draft));
  else sessionStorage.removeItem(STORED_AS);
  return draft;
}
