import type { FlowDescription } from '../../connections/consent.ts';
import { connectTexts, scopeWords } from '../../domain/texts.ts';
import type { ConnectTexts } from '../../domain/texts.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { actions, buttonForm, layout } from './layout.ts';

const SHOWN_REQUESTS = 5;
const SHOWN_LETTERS = 160;

/** What the owner of a link sees: why, for what, which permissions, until when, yes or no. */
export function connectPage(flow: FlowDescription, page: { emulated: boolean; now: Date }): string {
  const { provider, language } = flow;
  const texts = connectTexts[language];
  const link = `/connect/${flow.publicId}`;
  const isAwaited = flow.waiting.length > 0;
  const permissions = [...new Set(flow.scopes.map((scope) => scopeWords(scope, language)))];

  return layout({
    language,
    title: texts.connect.title(provider),
    body: html`
      ${page.emulated ? html`<p class="note">${texts.connect.practice(provider)}</p>` : null}
      ${isAwaited ? waitingSection(flow, texts) : null}
      <h2>${texts.connect.permissionsHeading}</h2>
      <ul>
        ${permissions.map((permission) => html`<li>${permission}</li>`)}
      </ul>
      ${flow.previousAccount ? html`<p class="quiet">${texts.connect.previousAccount(flow.previousAccount)}</p>` : null}
      <p class="quiet">${deadlineText(flow.deadline, page.now, texts)}</p>
      ${actions(
        buttonForm({ action: `${link}/start`, label: texts.connect.submit(provider), primary: true }),
        isAwaited ? buttonForm({ action: `${link}/decline`, label: texts.connect.decline }) : null,
      )}
      ${isAwaited ? html`<p class="quiet">${texts.connect.afterwards(provider)}</p>` : null}
    `,
  });
}

/** Why, and whose words wait for it. */
function waitingSection(flow: FlowDescription, texts: ConnectTexts): Html {
  const more = flow.waiting.length - SHOWN_REQUESTS;
  return html`<p>${texts.connect.reason(flow.reason, flow.provider)}</p>
    <h2>${texts.connect.waitingHeading}</h2>
    <ul class="words">
      ${flow.waiting.slice(0, SHOWN_REQUESTS).map((request) => html`<li>${shorten(request.text)}</li>`)}
      ${more > 0 ? html`<li>+${more}</li>` : null}
    </ul>`;
}

const MINUTE_MS = 60_000;

/** As time left: the server does not know the clock on the person's wall. */
function deadlineText(deadline: Date | null, now: Date, texts: ConnectTexts): string {
  if (!deadline) return texts.connect.noDeadline;
  const minutes = Math.max(1, Math.round((deadline.getTime() - now.getTime()) / MINUTE_MS));
  return texts.connect.deadline(minutes < 90 ? texts.minutes(minutes) : texts.hours(Math.round(minutes / 60)));
}

/** The beginning of somebody's words, cut between letters as people see them. */
function shorten(text: string): string {
  const beginning = text.slice(0, SHOWN_LETTERS * 8);
  const letters = Array.from(new Intl.Segmenter().segment(beginning), (each) => each.segment);
  const isWhole = letters.length <= SHOWN_LETTERS && beginning.length === text.length;
  return isWhole ? text : `${letters.slice(0, SHOWN_LETTERS).join('')}\u2026`;
}
