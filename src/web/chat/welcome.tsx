import type { PageTexts } from '../../domain/texts/page.ts';

interface WelcomeProps {
  name: string;
  texts: PageTexts;
  onExample(text: string): void;
}

export function Welcome({ name, texts, onExample }: WelcomeProps) {
  return (
    <div className="welcome">
      <h2>{texts.chat.greeting(name)}</h2>
      <p className="aside">{texts.chat.greetingHint}</p>
      <ul aria-label={texts.chat.examplesLabel}>
        {texts.examples.map((example) => (
          <li key={example}>
            <button type="button" className="chip" onClick={() => onExample(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
