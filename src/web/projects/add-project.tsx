import { useId, useState, type FormEvent } from 'react';
import type { PageTexts } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { ProjectBody } from '../../http/contract.ts';
import type { ApiFault } from '../api.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { Field } from './field.tsx';

/** As the server bounds them. */
const LONGEST_ADDRESS = 500;
const LONGEST_NAME = 60;

/** Faults that are about one field. */
const FIELD_OF: Partial<Record<string, 'cloneUrl' | 'name'>> = { cloneUrlRefused: 'cloneUrl', duplicateName: 'name' };

interface AddProjectProps {
  texts: ProjectTexts;
  page: PageTexts;
  onAdd(project: ProjectBody): Promise<void>;
}

export function AddProject({ texts, page, onAdd }: AddProjectProps) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiFault | null>(null);
  const titleId = useId();
  const field = fault && FIELD_OF[fault.code];
  const { add } = texts;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const [cloneUrl, name] = ['cloneUrl', 'name'].map((key) => String(given.get(key)).trim());
    if (!cloneUrl || busy) return;
    setBusy(true);
    setFault(null);
    try {
      await onAdd({ cloneUrl, ...(name && { name }) });
      form.reset();
    } catch (problem) {
      setFault(problem as ApiFault);
      const wrong = FIELD_OF[(problem as ApiFault).code];
      if (wrong) form.querySelector<HTMLInputElement>(`[name=${wrong}]`)?.focus();
    }
    setBusy(false);
  }

  return (
    <section className="add-project" aria-labelledby={titleId} tabIndex={-1}>
      <h3 id={titleId}>{add.title}</h3>
      <form onSubmit={submit} noValidate>
        <Field
          name="cloneUrl"
          label={add.address}
          hint={add.addressHint}
          fault={field === 'cloneUrl' ? fault : null}
          page={page}
          input={{ type: 'url', dir: 'ltr', required: true, maxLength: LONGEST_ADDRESS, placeholder: 'https://' }}
        />
        <Field
          name="name"
          label={add.name}
          hint={add.nameHint}
          fault={field === 'name' ? fault : null}
          page={page}
          input={{ type: 'text', maxLength: LONGEST_NAME }}
        />
        <button type="submit" className="button primary" disabled={busy}>
          {busy ? add.adding : add.submit}
        </button>
        {fault && !field && <FaultNote fault={fault} texts={page} />}
      </form>
    </section>
  );
}
