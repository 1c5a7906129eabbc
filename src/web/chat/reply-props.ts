import type { Language, PageTexts, Provider } from '../../domain/texts/page.ts';
import type { RequestAnswer } from '../../http/contract.ts';
import type { RequestActions } from '../use-requests.ts';

export interface ReplyProps {
  /** Null while the message is on its way. */
  request: RequestAnswer | null;
  waitersPerFlow: ReadonlyMap<string, number>;
  emulated: readonly Provider[];
  language: Language;
  texts: PageTexts;
  actions: RequestActions;
  onRestart(id: string): Promise<void>;
}
