import { discordTexts, providerWords } from '../texts/discord.ts';
import { pageTexts } from '../texts/page.ts';
import { scopeWords } from '../texts/scopes.ts';
import type { Language } from '../words.ts';
import { defang } from './defang.ts';
import {
  relativeTime,
  type ReplyButton,
  type ReplyMessage,
  type ReplyMoment,
  type ReplyView,
  type WaitView,
} from './reply-view.ts';

/** Each account that is asked for: why, what it may do, until when, and every way on. */
export function renderWaits(view: ReplyView, moment: ReplyMoment): ReplyMessage {
  const blocks = view.waitingFor.map((wait) => waitWords(wait, view.language, moment));
  return { text: blocks.join('\n\n'), buttons: view.waitingFor.map((wait) => waitButtons(wait, view, moment)) };
}

function waitWords(wait: WaitView, language: Language, { emulated }: ReplyMoment): string {
  const { wait: texts } = discordTexts[language];
  const { wait: shared } = pageTexts(language);
  const provider = providerWords(wait.provider, emulated, language);
  const { title, why } = headline(wait, provider, language);
  const permissions = permissionWords(wait.missingScopes, language);
  return [
    `**${title}**`,
    why,
    ...(permissions.length > 0 ? [texts.permissions(defang(permissions.join(' · ')))] : []),
    ...(isAgain(wait) ? [] : [texts.resumes(wait.requests)]),
    ...(wait.openedByStranger ? [shared.openedByStranger] : []),
    texts.until(relativeTime(wait.deadline)),
  ].join('\n');
}

/** After a denial or a failed trip: what happened, and the choice. */
function headline(wait: WaitView, provider: string, language: Language): { title: string; why: string } {
  const { wait: texts } = pageTexts(language);
  if (wait.lastOutcome === 'denied') return { title: texts.denied(provider), why: texts.deniedHint };
  if (wait.lastOutcome === 'failed') return { title: texts.failed(provider), why: texts.failedHint };
  return { title: discordTexts[language].wait.title(provider), why: texts.reason[wait.reason](provider) };
}

const isAgain = ({ lastOutcome }: WaitView) => lastOutcome === 'denied' || lastOutcome === 'failed';

function waitButtons(wait: WaitView, { id, language, waitingFor }: ReplyView, moment: ReplyMoment): ReplyButton[] {
  const { wait: texts } = pageTexts(language);
  const { flowId } = wait;
  const provider = providerWords(wait.provider, moment.emulated, language);
  // Beside another provider's, "connect again" would not say which.
  const again = isAgain(wait) && waitingFor.length === 1;
  return [
    connectButton(wait, again ? texts.reconnect : texts.connect(provider), moment.publicUrl),
    { kind: 'press', label: texts.skip, style: 'plain', press: { action: 'skip', requestId: id, flowId } },
    ...(moment.reminded ? [snoozeButton(id, flowId, language)] : []),
  ];
}

export function connectButton({ publicId }: WaitView, label: string, publicUrl: string): ReplyButton {
  return { kind: 'link', label, url: `${publicUrl}/connect/${publicId}` };
}

function snoozeButton(requestId: string, flowId: string, language: Language): ReplyButton {
  const label = discordTexts[language].wait.snooze;
  return { kind: 'press', label, style: 'plain', press: { action: 'snooze', requestId, flowId } };
}

/** What scopes let us do, each thing once; one without words is an address. Who may change something is not told that it may only be read, too. */
function permissionWords(scopes: readonly string[], language: Language): string[] {
  const widest = scopes.filter((scope) => !scopes.some((other) => scope === `${other}.readonly`));
  return [...new Set(widest.map((scope) => scopeWords(scope, language)))];
}
