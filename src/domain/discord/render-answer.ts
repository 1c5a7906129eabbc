import { discordTexts, providerWords } from '../texts/discord.ts';
import { pageTexts } from '../texts/page.ts';
import { addressesIn, defang } from './defang.ts';
import { withoutDeception, withVisibleCharacters } from './escape.ts';
import { pageButton } from './render-approvals.ts';
import { connectButton } from './render-waits.ts';
import { relativeTime, type ReplyMessage, type ReplyPlace, type ReplyView } from './reply-view.ts';
import { runButtons } from './run-buttons.ts';
import { MESSAGE_LIMIT, splitMessage } from './split-message.ts';

/** Of one answer; the page has all of it. */
const MAX_MESSAGES = 5;

/** The end of a request: the first message takes the place of the prompt, the others follow it. */
export function renderAnswer(view: ReplyView, { publicUrl }: ReplyPlace): ReplyMessage[] {
  const texts = discordTexts[view.language];
  const typed = addressesIn(view.text);
  const answer = defang(withoutDeception(view.answer ?? ''), typed).trim() || endedWords(view);
  const footer = accountsLine(view);
  const whole = splitMessage(answer, MESSAGE_LIMIT - footer.length - texts.cutOff.length - 8);
  const cut = whole.length > MAX_MESSAGES;
  const parts = whole.slice(0, MAX_MESSAGES);
  return parts.map((part, index): ReplyMessage => {
    if (index < parts.length - 1) return { text: part, buttons: [] };
    const text = [part, ...(cut ? [texts.cutOff] : []), ...(footer === '' ? [] : [footer])].join('\n\n');
    const links = [...(cut ? [pageButton(view, publicUrl)] : []), ...runButtons(view, publicUrl)];
    return { text, buttons: links.length > 0 ? [links] : [] };
  });
}

function endedWords({ status, language }: ReplyView): string {
  const { ended } = pageTexts(language);
  return status === 'failed' || status === 'cancelled' || status === 'expired' ? ended[status] : ended.noAnswer;
}

function accountsLine({ accounts, language }: ReplyView): string {
  if (accounts.length === 0) return '';
  const names = accounts
    .slice(0, 5)
    .map((account) => `\`${withVisibleCharacters(account.slice(0, 200)).replaceAll('`', "'")}\``);
  return `-# ${defang(discordTexts[language].accounts(names.join(', ')))}`;
}

/** A new message beside the answer that was waited for; null for somebody who ended the request themselves. */
export function renderNotice({ status, language }: ReplyView): ReplyMessage | null {
  const { notice } = discordTexts[language];
  return status === 'done' || status === 'failed' || status === 'expired'
    ? { text: notice[status], buttons: [] }
    : null;
}

/** A new message that says that the message above asks for a yes or no. */
export function renderApprovalNotice({ language }: ReplyView): ReplyMessage {
  return { text: discordTexts[language].notice.approval, buttons: [] };
}

/** A new message before time is up. Links are its only buttons: they never become dead ones. */
export function renderReminder(view: ReplyView, { publicUrl, emulated }: ReplyPlace): ReplyMessage {
  const { language, waitingFor, approvals } = view;
  const { reminder } = discordTexts[language];
  const provider = (wait: (typeof waitingFor)[number]) => providerWords(wait.provider, emulated, language);
  const waits = waitingFor.map((wait) => reminder.connection(provider(wait), relativeTime(wait.deadline)));
  const [asked] = approvals;
  const lines = [
    ...waits,
    ...(asked === undefined ? [] : [reminder.approval(relativeTime(asked.deadline))]),
    ...(waits.length > 0 ? [reminder.more] : []),
  ];
  const links = waitingFor.map((wait) =>
    connectButton(wait, pageTexts(language).wait.connect(provider(wait)), publicUrl),
  );
  return { text: lines.join('\n'), buttons: links.length > 0 ? [links] : [] };
}
