import { useCallback, useId, useState } from 'react';
import type { Language, PageTexts } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { RunAnswer, RunProofAnswer } from '../../http/contract.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { momentWords } from '../time-words.ts';
import { isHostGone } from './run-words.ts';
import { shownText } from './shown-text.ts';
import { useLoaded } from './use-loaded.ts';
import type { ProjectActions } from './use-projects.ts';

interface RunProofProps {
  run: RunAnswer;
  actions: ProjectActions;
  language: Language;
  texts: ProjectTexts;
  page: PageTexts;
}

/** What was looked for after a run and found gone, in plain words. */
export function RunProof({ run, actions, language, texts, page }: RunProofProps) {
  const { proof, fault, ask } = useProof(run, actions);
  const titleId = useId();
  const words = texts.proof;
  return (
    <section className="run-proof" aria-labelledby={titleId} aria-live="polite" tabIndex={-1}>
      <h3 id={titleId}>{words.title}</h3>
      {fault && <FaultNote fault={fault} texts={page} onRetry={ask} />}
      {!proof && !fault && <p className="aside">{isHostGone(run) ? words.cleaningLost : words.cleaning}</p>}
      {proof && (
        <>
          <p className="proof-verdict" data-clean={isClean(proof)}>
            {isClean(proof) ? words.nothingLeft : words.somethingLeft}
          </p>
          <ul className="proof-facts">
            {factsOf(proof, texts).map(({ gone, said }) => (
              <li key={said} data-gone={gone}>
                {said}
              </li>
            ))}
          </ul>
          <p className="aside">
            {words.checked(momentWords(new Date(proof.checkedAt), language), shownText(proof.host))}
          </p>
        </>
      )}
    </section>
  );
}

const isClean = ({ folderGone, secretsGone, filesGone, proxyGone }: RunProofAnswer) =>
  folderGone && secretsGone !== false && filesGone !== false && proxyGone;

function factsOf(
  { containersGone, folderGone, secretsGone, filesGone, proxyGone }: RunProofAnswer,
  { proof }: ProjectTexts,
) {
  return [
    { gone: true, said: proof.containers(containersGone.length) },
    { gone: folderGone, said: folderGone ? proof.folder : proof.folderLeft },
    {
      gone: secretsGone !== false,
      said: secretsGone === null ? proof.noSecrets : secretsGone ? proof.secrets : proof.secretsLeft,
    },
    ...(filesGone === null ? [] : [{ gone: filesGone, said: filesGone ? proof.files : proof.filesLeft }]),
    ...(secretsGone === null && proxyGone
      ? []
      : [{ gone: proxyGone, said: proxyGone ? proof.proxy : proof.proxyLeft }]),
  ];
}

function useProof({ id, cleanedAt }: RunAnswer, actions: ProjectActions) {
  const [proof, setProof] = useState<RunProofAnswer | null>(null);
  const cleaned = cleanedAt !== null;
  const load = useCallback(async () => {
    if (cleaned) setProof(await actions.proof(id));
  }, [id, cleaned, actions]);
  const { fault, ask } = useLoaded(load, 0);
  return { proof, fault: proof ? null : fault, ask };
}
