import type { Request } from 'express';
import type { Language } from '../domain/words.ts';

/** What the browser asks for; Korean when it says nothing, English when it wants neither. */
export function browserLanguage(request: Request): Language {
  const best = request.acceptsLanguages('ko', 'en');
  return best === 'ko' ? 'ko' : 'en';
}

/** The language that somebody writes in; `otherwise` for texts without letters. */
export function languageOf(text: string, otherwise: Language): Language {
  if (/\p{Script=Hangul}/u.test(text)) return 'ko';
  return /\p{L}/u.test(text) ? 'en' : otherwise;
}
