import type { PageTexts } from '../../domain/texts/page.ts';
import { Wordmark } from '../parts/wordmark.tsx';
import { AccountMenu, type AccountMenuProps } from './account-menu.tsx';

interface SiteHeaderProps extends AccountMenuProps {
  waiting: number;
  onWaiting(): void;
}

export function SiteHeader({ waiting, onWaiting, ...menu }: SiteHeaderProps) {
  const { texts } = menu;
  return (
    <header className="site-header">
      <div className="column">
        <h1>
          <Wordmark texts={texts} />
        </h1>
        {waiting > 0 && <WaitingBadge count={waiting} texts={texts} onClick={onWaiting} />}
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
