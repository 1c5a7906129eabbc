import type { Language, PageTexts } from '../../domain/texts/page.ts';

const LANGUAGES: readonly { language: Language; name: string }[] = [
  { language: 'ko', name: '한국어' },
  { language: 'en', name: 'English' },
];

interface LanguageSwitchProps {
  language: Language;
  texts: PageTexts;
  onLanguage(language: Language): void;
}

/** Each language is named in itself, so that a person finds their own. */
export function LanguageSwitch({ language, texts, onLanguage }: LanguageSwitchProps) {
  return (
    <div className="switch" role="group" aria-label={texts.header.language}>
      {LANGUAGES.map((choice) => (
        <button
          key={choice.language}
          type="button"
          lang={choice.language}
          aria-pressed={choice.language === language}
          onClick={() => onLanguage(choice.language)}
        >
          {choice.name}
        </button>
      ))}
    </div>
  );
}
