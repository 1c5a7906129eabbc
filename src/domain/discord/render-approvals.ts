import { discordTexts, providerWords } from '../texts/discord.ts';
import { toolText } from '../texts/names.ts';
import { pageTexts } from '../texts/page.ts';
import { addressesIn, defang } from './defang.ts';
import { describeCall } from './describe-call.ts';
import { codeBlock, withVisibleCharacters } from './escape.ts';
import {
  relativeTime,
  type ApprovalView,
  type ButtonStyle,
  type ReplyButton,
  type ReplyMessage,
  type ReplyMoment,
  type ReplyView,
} from './reply-view.ts';
import { splitMessage } from './split-message.ts';

/** Rows of buttons in one message; the last one is for stopping the request. */
const ROWS = 5;

/**
 * Adds every call that waits for a yes or no. It can be said here only if all of it is shown here: what does not fit is
 * decided on the web page, which shows it whole (AG-1).
 */
export function renderApprovals(view: ReplyView, moment: ReplyMoment, waits: ReplyMessage): ReplyMessage {
  const { approvals, language } = view;
  const [first] = approvals;
  if (first === undefined) return waits;
  const join = (...blocks: string[]) => [waits.text, ...blocks].filter((block) => block !== '').join('\n\n');
  const texts = discordTexts[language].approval;
  const deadline = new Date(Math.min(...approvals.map((each) => each.deadline.getTime())));
  const until = texts.until(relativeTime(deadline));
  const blocks = (whole: boolean) => approvals.map((approval) => words(approval, view, moment, whole));
  const several = approvals.length > 1;
  const whole = join(...blocks(true), until);
  const rows = waits.buttons.length + approvals.length + (several ? 1 : 0) + 1;
  if (splitMessage(whole).length === 1 && rows <= ROWS) {
    const all = several ? [[allButton(approvals.at(-1) ?? first, approvals.length, view)]] : [];
    return { text: whole, buttons: [...waits.buttons, ...approvals.map((each) => decide(each, view)), ...all] };
  }
  const short = join(...blocks(false), `${texts.onThePage}\n${until}`);
  return { text: short, buttons: [...waits.buttons, [pageButton(view, moment.publicUrl)]] };
}

function words(approval: ApprovalView, view: ReplyView, { emulated }: ReplyMoment, whole: boolean): string {
  const { language, approvals } = view;
  const { approval: texts } = pageTexts(language);
  const provider = approval.provider && providerWords(approval.provider, emulated, language);
  const typed = addressesIn(view.text);
  const preview = () => codeBlock(defang(withVisibleCharacters(approval.preview), typed), 'json');
  const lines = () => describeCall(approval.tool, approval.preview, language).map((line) => defang(`• ${line}`, typed));
  // What was said of the first is true of all that wait for the same account.
  const isFirst = approvals.find((each) => each.provider === approval.provider) === approval;
  return [
    `**${numberOf(approval, view)}${texts.title(toolText(approval.tool, language))}**`,
    ...(isFirst ? [texts.explanation(provider)] : []),
    ...(whole ? [...lines(), `${texts.preview}:`, preview()] : []),
  ].join('\n');
}

/** Several pairs of the same two buttons would not say which is which. */
function numberOf(approval: ApprovalView, { approvals }: ReplyView): string {
  return approvals.length > 1 ? `${approvals.indexOf(approval) + 1}. ` : '';
}

function decide(approval: ApprovalView, view: ReplyView): ReplyButton[] {
  const { approval: texts } = pageTexts(view.language);
  const which = numberOf(approval, view);
  const { approvalId } = approval;
  const button = (action: 'approve' | 'deny', label: string, style: ButtonStyle): ReplyButton => ({
    ...{ kind: 'press', label: `${which}${label}`, style, press: { action, approvalId } },
  });
  return [button('approve', texts.approve, 'primary'), button('deny', texts.deny, 'plain')];
}

function allButton({ approvalId }: ApprovalView, count: number, { language }: ReplyView): ReplyButton {
  const label = pageTexts(language).approval.approveAll(count);
  return { kind: 'press', label, style: 'plain', press: { action: 'approveAll', approvalId } };
}

export function pageButton({ id, language }: Pick<ReplyView, 'id' | 'language'>, publicUrl: string): ReplyButton {
  return { kind: 'link', label: discordTexts[language].approval.openPage, url: `${publicUrl}/?request=${id}` };
}
