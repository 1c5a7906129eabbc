import { useEffect, useId, useRef, useState } from 'react';
import type { PageTexts } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useAction } from '../use-action.ts';

interface DeleteProjectProps {
  name: string;
  texts: ProjectTexts;
  page: PageTexts;
  onDelete(): Promise<void>;
}

/** Deletes a project, once the person has read what ends with it and said yes. */
export function DeleteProject({ name, texts, page, onDelete }: DeleteProjectProps) {
  const [asked, setAsked] = useState(false);
  const remove = useAction(null, onDelete);
  const panel = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const wasAsked = useRef(false);
  const titleId = useId();
  useEffect(() => {
    if (asked) panel.current?.focus();
    else if (wasAsked.current) button.current?.focus();
    wasAsked.current = asked;
  }, [asked]);

  if (!asked) {
    return (
      <button ref={button} type="button" className="button plain" onClick={() => setAsked(true)}>
        {texts.remove.button}
      </button>
    );
  }
  return (
    <section ref={panel} className="delete-project" aria-labelledby={titleId} tabIndex={-1}>
      <h3 id={titleId}>{texts.remove.question(name)}</h3>
      <p>{texts.remove.effect}</p>
      <div className="actions">
        <button type="button" className="button alarm" disabled={remove.busy} onClick={() => remove.act()}>
          {remove.busy ? texts.remove.removing : texts.remove.yes}
        </button>
        <button type="button" className="button" disabled={remove.busy} onClick={() => setAsked(false)}>
          {texts.remove.keep}
        </button>
      </div>
      {remove.fault && <FaultNote fault={remove.fault} texts={page} />}
    </section>
  );
}
