import { discordTexts } from '../texts/discord.ts';
import type { ReplyButton, ReplyView } from './reply-view.ts';

/** Of one row of five, which has others too. */
const SHOWN = 3;

/** The way to the live logs of what a request runs or has run: the page has all of it. */
export function runButtons({ runs, language }: ReplyView, publicUrl: string): ReplyButton[] {
  const label = discordTexts[language].openRun;
  return runs.slice(-SHOWN).map((id) => ({ kind: 'link', label, url: `${publicUrl}/#/runs/${id}` }));
}
