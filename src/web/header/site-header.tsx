import type { PageTexts } from '../../domain/texts/page.ts';
import { Wordmark } from '../parts/wordmark.tsx';
import { AccountMenu, type AccountMenuProps } from './account-menu.tsx';

interface SiteHeaderProps extends AccountMenuProps {
  /** Leads to the other side of the page; null when there is only one. */
  elsewhere: { address: string; name: string } | null;
  waiting: number;
  onWaiting(): void;
}

export function SiteHeader({ elsewhere, waiting, onWaiting, ...menu }: SiteHeaderProps) {
  const { texts } = menu;
  return (
    <header className="site-header">
      <div className="column">
        <h1>
          <Wordmark texts={texts} />
        </h1>
        {waiting > 0 && <WaitingBadge count={waiting} texts={texts} onClick={onWaiting} />}
        {elsewhere && (
          <a className="elsewhere" href={elsewhere.address}>
            {elsewhere.name}
          </a>
        )}
        <AccountMenu {...menu} />
      </div>
    </header>
  );
}

function WaitingBadge({ count, texts, onClick }: { count: number; texts: PageTexts; onClick(): void }) {
  return (
    <button type="button" className="waiting-badge" onClick={onClick} title={texts.header.waitingLabel(count)}>
      {texts.header.waiting(count)}
    </button>
  );
}
