import { useLayoutEffect, useRef, type FormEvent, type KeyboardEvent } from 'react';
import type { Language, PageTexts } from '../../domain/texts/page.ts';

/** As the server bounds it. */
const LONGEST = 4_000;
/** From here on the counter helps more than it disturbs. */
const COUNT_FROM = 3_600;
/** What browsers report for a key that the input method consumed; Safari sends it after the composition has ended. */
const INPUT_METHOD_KEY = 229;

interface ComposerProps {
  text: string;
  texts: PageTexts;
  language: Language;
  onText(change: (text: string) => string): void;
  onSend(text: string): void;
}

export function Composer({ text, texts, language, onText, onSend }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const words = text.trim();
  const over = words.length - LONGEST;
  const sendable = words.length > 0 && over <= 0;

  // The field is as high as its text, up to the bound that the style sheet sets.
  useLayoutEffect(() => {
    if (!field.current) return;
    field.current.style.height = 'auto';
    field.current.style.height = `${field.current.scrollHeight}px`;
  }, [text]);

  function send(event: FormEvent) {
    event.preventDefault();
    if (!sendable) return;
    onText(() => '');
    onSend(words);
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    const composing = event.nativeEvent.isComposing || event.keyCode === INPUT_METHOD_KEY;
    if (event.key === 'Enter' && !event.shiftKey && !composing) send(event);
  }

  const count = (amount: number) => amount.toLocaleString(language);
  return (
    <form className="composer" aria-label={texts.composer.label} onSubmit={send}>
      <div className="column">
        <div className="composer-field">
          <textarea
            ref={field}
            rows={1}
            value={text}
            placeholder={texts.composer.placeholder}
            aria-label={texts.composer.label}
            aria-describedby="composer-note"
            aria-invalid={over > 0 || undefined}
            enterKeyHint="send"
            autoFocus={matchMedia('(pointer: fine)').matches}
            onChange={(event) => onText(() => event.target.value)}
            onKeyDown={onKeyDown}
          />
          <button type="submit" className="send" disabled={!sendable} aria-label={texts.composer.send}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M12 19V5M6 11l6-6 6 6" />
            </svg>
          </button>
        </div>
        <p id="composer-note" className="composer-note">
          <span className="composer-hint">{texts.composer.hint}</span>
          {over > 0 ? (
            <span className="composer-over" role="status">
              {texts.composer.tooLong(count(over))}
            </span>
          ) : (
            words.length >= COUNT_FROM && <span>{texts.composer.count(count(words.length), count(LONGEST))}</span>
          )}
        </p>
      </div>
    </form>
  );
}
