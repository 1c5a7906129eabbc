import { discordTexts } from '../texts/discord.ts';
import { pageTexts } from '../texts/page.ts';
import { renderApprovals } from './render-approvals.ts';
import { renderWaits } from './render-waits.ts';
import type { ReplyButton, ReplyMessage, ReplyMoment, ReplyView } from './reply-view.ts';
import { runButtons } from './run-buttons.ts';
import { splitMessage } from './split-message.ts';

/** The message of a request that has not ended. Pure: the same view gives the same message. */
export function renderReply(view: ReplyView, moment: ReplyMoment): ReplyMessage {
  if (view.waitingFor.length === 0 && view.approvals.length === 0) return renderProgress(view, moment);
  const cancel = cancelButton(view);
  // Discord takes five rows of five buttons. Accounts come first: nothing else moves without them.
  const waits = renderWaits(view, moment);
  const approvals = renderApprovals(view, moment, waits);
  const [text = ''] = splitMessage(approvals.text);
  return { text, buttons: withLast(approvals.buttons, cancel) };
}

function renderProgress(view: ReplyView, { slow, publicUrl }: ReplyMoment): ReplyMessage {
  const texts = discordTexts[view.language];
  const doing = underWay(view);
  const running = view.calls.filter(({ status }) => status === 'running');
  if (view.runs.length > 0 && running.some(({ tool }) => tool === 'run_in_project')) {
    return { text: `${doing}\n${texts.runs}`, buttons: [[...runButtons(view, publicUrl), cancelButton(view)]] };
  }
  if (!slow) return { text: doing, buttons: [] };
  const why = running.length > 0 ? texts.outage : texts.takesLonger;
  return { text: `${doing}\n${why}`, buttons: [[cancelButton(view)]] };
}

function underWay({ status, calls, language }: ReplyView): string {
  const texts = discordTexts[language];
  const tools: Partial<Record<string, string>> = pageTexts(language).tools;
  const running = calls.filter((call) => call.status === 'running').at(0);
  if (running === undefined) return status === 'running' ? texts.running : texts.thinking;
  const doing = tools[running.tool];
  return doing === undefined ? texts.running : texts.underWay(doing);
}

function cancelButton(view: ReplyView): ReplyButton {
  const label = pageTexts(view.language).wait.cancel;
  return { kind: 'press', label, style: 'plain', press: { action: 'cancel', requestId: view.id } };
}

/** In the row of the others where there is only one, else in a row of its own. */
function withLast(rows: ReplyMessage['buttons'], button: ReplyButton): ReplyMessage['buttons'] {
  const [first, ...more] = rows;
  if (first !== undefined && more.length === 0 && first.length < 5) return [[...first, button]];
  return [...rows, [button]];
}
