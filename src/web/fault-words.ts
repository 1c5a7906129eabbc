import type { PageTexts } from '../domain/texts/page.ts';
import type { ApiFault } from './api.ts';

/** What happened and what to do next: the server's words, or the page's own when there was no readable answer. */
export function faultWords(fault: ApiFault, texts: PageTexts): { message: string; hint: string } {
  if (fault.message) return { message: fault.message, hint: fault.hint };
  return fault.status === 0 ? texts.errors.unreachable : texts.errors.unreadable;
}
