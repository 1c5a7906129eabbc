import type { PageTexts } from '../../domain/texts/page.ts';
import { Mark } from './mark.tsx';

export function Wordmark({ texts }: { texts: PageTexts }) {
  return (
    <span className="wordmark">
      <Mark />
      <span className="wordmark-name">{texts.productName}</span>
      <span className="wordmark-aside">{texts.productNameAside}</span>
    </span>
  );
}
