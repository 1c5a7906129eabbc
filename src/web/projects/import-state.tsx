import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { ProjectAnswer } from '../../http/contract.ts';

const SHORT_COMMIT = 7;

/** Whether the repository could be cloned: what is known of it, how it is going, or why not. */
export function ImportState({ project, texts }: { project: ProjectAnswer; texts: ProjectTexts }) {
  const { importRun, defaultBranch, head } = project;
  const status = importRun?.status ?? 'done';
  return (
    <p className="import-state" data-status={status}>
      {status === 'done' && clonedWords(defaultBranch, head, texts)}
      {status !== 'done' && (importRun?.failure ? texts.ended.failed[importRun.failure] : texts.importing[status])}
    </p>
  );
}

function clonedWords(branch: string | null, head: string | null, texts: ProjectTexts): string {
  if (head === null) return texts.emptyRepository;
  return branch === null ? texts.importing.done : texts.branch(branch, head.slice(0, SHORT_COMMIT));
}
