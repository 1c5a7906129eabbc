import type { Language } from '../domain/words.ts';

/** People as a platform names them: registered at their first contact, without a ceremony. */
export interface People {
  /** Finds or registers the person of this identity. Their name follows the platform's. */
  meet(contact: Contact): Promise<Person>;
  /** Null when there is no such person yet. */
  find(identity: PlatformIdentity): Promise<Person | null>;
}

export interface PlatformIdentity {
  issuer: 'https://discord.com';
  /** The platform's own id of the person. */
  subject: string;
}

export interface Contact extends PlatformIdentity {
  displayName: string;
  language: Language;
  /** True when the person's own settings say it: then it replaces what was known. A guess counts only at first contact. */
  languageStated: boolean;
}

export interface Person {
  id: string;
  name: string;
  language: Language;
  /** IANA name; null until it is known. */
  timeZone: string | null;
}
