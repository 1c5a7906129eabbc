import type { Request } from 'express';
import type { Language } from '../domain/words.ts';

/** What the browser asks for; Korean when it says nothing, English when it wants neither. */
export function browserLanguage(request: Request): Language {
  const best = request.acceptsLanguages('ko', 'en');
  return best === 'ko' ? 'ko' : 'en';
}

export { languageOf } from '../domain/language-of.ts';
