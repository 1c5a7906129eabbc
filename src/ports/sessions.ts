import type { Language } from '../domain/words.ts';

/** A person and the browser sessions that prove who is asking. */
export interface Sessions {
  /** Finds or registers the person of this identity and opens a session with a new token (never reuses one). */
  signIn(identity: Identity): Promise<{ token: string; user: User }>;
  /** The person behind a cookie, or null when it is unknown, idle for 12 h or older than 7 days (WE-1). */
  find(token: string): Promise<User | null>;
  end(token: string): Promise<void>;
}

export interface Identity {
  /** A name that somebody typed, or Discord's statement: the same identity as the author of a direct message. */
  issuer: 'local' | 'https://discord.com';
  /** The key of a name; Discord's user id. */
  subject: string;
  displayName: string;
  language: Language;
}

export interface User {
  id: string;
  name: string;
  language: Language;
}
