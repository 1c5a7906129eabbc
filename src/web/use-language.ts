import { useCallback, useLayoutEffect, useState } from 'react';
import { type Language, pageTexts } from '../domain/texts/page.ts';

const STORED_AS = 'panager.language';

/** The person's choice in this browser, else the language we know the person by, else the browser's. */
export function useLanguage(personsLanguage: Language | null): [Language, (language: Language) => void] {
  const [chosen, setChosen] = useState(readChoice);
  const language = chosen ?? personsLanguage ?? browserLanguage();

  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.title = pageTexts(language).title;
  }, [language]);

  const choose = useCallback((next: Language) => {
    localStorage.setItem(STORED_AS, next);
    setChosen(next);
  }, []);
  return [language, choose];
}

function readChoice(): Language | null {
  const stored = localStorage.getItem(STORED_AS);
  return stored === 'ko' || stored === 'en' ? stored : null;
}

function browserLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}
