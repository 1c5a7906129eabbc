import { useId, useState, type FormEvent } from 'react';
import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';

/** As the server bounds a command, with room for the shell. */
const LONGEST = 16_000;

interface CommandFormProps {
  language: Language;
  texts: ProjectTexts;
  page: PageTexts;
  onStart(line: string): Promise<void>;
}

/** One line for the shell. */
export function CommandForm({ language, texts, page, onStart }: CommandFormProps) {
  const [line, setLine] = useState('');
  const start = useAction(null, onStart);
  const id = useId();
  const { command } = texts;
  const over = line.length - LONGEST;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (line.trim() !== '' && over <= 0) void start.act(line.trim());
  }

  return (
    <form className="command-form" onSubmit={submit}>
      <div className="field">
        <label htmlFor={id}>{command.label}</label>
        <div className="command-line">
          <input
            id={id}
            className="mono"
            type="text"
            dir="ltr"
            value={line}
            placeholder={command.placeholder}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            enterKeyHint="go"
            aria-describedby={`${id}-hint`}
            aria-invalid={over > 0 || undefined}
            onChange={(event) => setLine(event.target.value)}
          />
          <button type="submit" className="button primary" disabled={start.busy || line.trim() === '' || over > 0}>
            {start.busy ? command.starting : command.submit}
          </button>
        </div>
        <p id={`${id}-hint`} className="aside">
          {command.hint}
        </p>
        {over > 0 && (
          <p className="field-fault" role="status">
            {command.tooLong(over.toLocaleString(language))}
          </p>
        )}
      </div>
      {start.fault && <FaultNote fault={start.fault} texts={page} />}
    </form>
  );
}
