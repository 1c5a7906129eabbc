import { useId, type InputHTMLAttributes } from 'react';
import type { PageTexts } from '../../domain/texts/page.ts';
import type { ApiFault } from '../api.ts';
import { faultWords } from '../fault-words.ts';

interface FieldProps {
  name: string;
  label: string;
  hint: string;
  /** What is wrong with what was put in. */
  fault: ApiFault | null;
  page: PageTexts;
  input: InputHTMLAttributes<HTMLInputElement>;
}

/** A labelled line to write in, with what helps to fill it and what was wrong with it right below. */
export function Field({ name, label, hint, fault, page, input }: FieldProps) {
  const id = useId();
  const words = fault && faultWords(fault, page);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        name={name}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        aria-invalid={fault !== null || undefined}
        aria-errormessage={fault ? `${id}-fault` : undefined}
      />
      <p id={`${id}-hint`} className="aside">
        {hint}
      </p>
      {words && (
        <p id={`${id}-fault`} className="field-fault" role="alert">
          {words.message} {words.hint}
        </p>
      )}
    </div>
  );
}
