import { useState } from 'react';
import type { PageTexts } from '../../domain/texts/page.ts';
import type { ApiFault } from '../api.ts';
import { FaultNote } from '../parts/fault-note.tsx';

interface EarlierButtonProps {
  texts: PageTexts;
  load(): Promise<() => void>;
  /** Called just before the older entries appear. */
  onBeforeChange(): void;
}

export function EarlierButton({ texts, load, onBeforeChange }: EarlierButtonProps) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiFault | null>(null);

  async function loadEarlier() {
    setBusy(true);
    setFault(null);
    try {
      const show = await load();
      onBeforeChange();
      show();
    } catch (problem) {
      setFault(problem as ApiFault);
    }
    setBusy(false);
  }

  return (
    <div className="earlier">
      <button type="button" className="button" disabled={busy} onClick={loadEarlier}>
        {busy ? texts.chat.moreBusy : texts.chat.more}
      </button>
      {fault && <FaultNote fault={fault} texts={texts} />}
    </div>
  );
}
