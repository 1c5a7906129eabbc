import type { PageTexts } from '../../domain/texts/page.ts';
import type { SessionAnswer } from '../../http/contract.ts';

/** Says which parts are not the real ones: a person must never take practice for real. */
export function PracticeNote({ session, texts }: { session: SessionAnswer; texts: PageTexts }) {
  const parts = session.emulated.map((provider) => texts.provider(provider, true));
  if (session.offlinePlanner) parts.push(texts.header.offlinePlanner);
  if (parts.length === 0) return null;
  return (
    <aside className="practice" aria-label={texts.header.practice}>
      <p className="column">
        <strong>{texts.header.practice}</strong> {parts.join(' · ')}
      </p>
    </aside>
  );
}
