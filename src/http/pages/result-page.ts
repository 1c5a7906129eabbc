import type { CallbackResult } from '../../connections/consent.ts';
import { connectTexts, scopeWords } from '../../domain/texts.ts';
import type { ConnectTexts, RefusedText } from '../../domain/texts.ts';
import type { Language } from '../../domain/words.ts';
import { isEmulated } from '../settings.ts';
import type { HttpSettings } from '../settings.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { actions, buttonForm, buttonLink, layout } from './layout.ts';
import { noticePage } from './notice-page.ts';

export interface ResultPage {
  status: number;
  body: string;
  /** Where the browser goes by itself, and when. */
  refresh: { seconds: number; to: string } | null;
}

/** A result with what the page around it needs. Also what a decline without a browser trip looks like. */
type Finished = Exclude<CallbackResult, { kind: 'unknown' }>;

const REFUSED_STATUS: Record<RefusedText, number> = {
  malformed: 400,
  wrongIssuer: 400,
  wrongRedirect: 400,
  wrongBrowser: 403,
  wrongPerson: 403,
  alreadyUsed: 409,
  expired: 410,
  exchangeFailed: 424,
  accountTaken: 409,
  accountEnding: 409,
  notConfirmed: 409,
  superseded: 409,
};

/**
 * How a browser trip ended. What went wrong is a 4xx page with a fresh start one click away (OA-7).
 *
 * `strangerLanguage` is what the browser asks for: a page that somebody else may be looking at tells nothing of the flow.
 */
export function resultPage(
  result: CallbackResult,
  page: { strangerLanguage: Language; settings: HttpSettings },
): ResultPage {
  if (result.kind === 'unknown') {
    return { status: 400, body: noticePage(page.strangerLanguage, 'unknown'), refresh: null };
  }
  const foreign = result.kind === 'refused' && (result.reason === 'wrongBrowser' || result.reason === 'wrongPerson');
  const language = foreign ? page.strangerLanguage : result.language;
  const texts = connectTexts[language];
  const content = contentOf(result, texts);
  const isPractice = isEmulated(page.settings, result.provider) && 'account' in result;
  const practice = isPractice ? html`<p class="note">${texts.connect.practice(result.provider)}</p>` : null;
  return {
    status: result.kind === 'refused' ? REFUSED_STATUS[result.reason] : 200,
    body: layout({ language, title: content.title, body: html`${practice}${content.body}` }),
    refresh: refreshOf(result),
  };
}

interface Content {
  title: string;
  body: Html;
}

function contentOf(result: Finished, texts: ConnectTexts): Content {
  const link = `/connect/${result.publicId}`;
  switch (result.kind) {
    case 'connected':
      return connected(result, texts);
    case 'confirm':
      return {
        title: texts.confirm.title,
        body: html`<p>${texts.confirm.body(result.provider)}</p>
          <dl>
            <dt>${texts.confirm.before}</dt>
            <dd>${result.previousAccount}</dd>
            <dt>${texts.confirm.chosen}</dt>
            <dd>${result.account}</dd>
          </dl>
          ${actions(
            ...(['yes', 'no'] as const).map((answer) =>
              buttonForm({
                action: `${link}/confirm`,
                label: texts.confirm[answer],
                primary: answer === 'yes',
                fields: { attempt: result.attemptId, answer },
              }),
            ),
          )}`,
      };
    case 'beingFinished':
      return {
        title: texts.beingFinished.title,
        body: html`<p>${texts.beingFinished.body}</p>
          ${actions(wayBack(result, texts))}`,
      };
    case 'denied':
      return {
        title: texts.denied.title,
        body: html`<p>${texts.denied.body}</p>
          ${actions(wayBack(result, texts), buttonLink({ href: link, label: texts.startAgain }))}`,
      };
    case 'refused':
      return {
        title: texts.refused[result.reason].title,
        body: html`<p>${texts.refused[result.reason].body}</p>
          ${actions(buttonLink({ href: link, label: texts.startAgain, primary: true }))}`,
      };
  }
}

function connected(result: Extract<Finished, { kind: 'connected' }>, texts: ConnectTexts): Content {
  const { connected: words } = texts;
  const missing = [...new Set(result.missingScopes.map((scope) => scopeWords(scope, result.language)))];
  const unmet = html`<h2>${words.missing}</h2>
    <ul>
      ${missing.map((permission) => html`<li>${permission}</li>`)}
    </ul>
    <p>${words.missingNext}</p>`;
  return {
    title: result.platform === 'discord' ? words.discord : words.web,
    body: html`<p>${words.account(result.account)}</p>
      ${missing.length > 0 ? unmet : html`<p>${words.goesOn}</p>`}
      ${actions(wayBack(result, texts), missing.length > 0 ? buttonLink({ href: `/connect/${result.publicId}`, label: texts.startAgain }) : null)}`,
  };
}

/** For people of the page; people of Discord close the tab. */
function wayBack(result: Finished, texts: ConnectTexts): Html | null {
  if (result.platform !== 'web') return null;
  const label = result.requestId ? texts.connected.backToRequest : texts.connected.backToStart;
  return buttonLink({ href: requestAddress(result), label, primary: true });
}

function requestAddress(result: Finished): string {
  return result.requestId ? `/?request=${encodeURIComponent(result.requestId)}` : '/';
}

/** Nothing is left to read or decide: the browser goes back to the request by itself. */
function refreshOf(result: Finished): ResultPage['refresh'] {
  if (result.platform !== 'web') return null;
  if (result.kind === 'beingFinished') return { seconds: 5, to: requestAddress(result) };
  if (result.kind === 'connected' && result.missingScopes.length === 0)
    return { seconds: 2, to: requestAddress(result) };
  return null;
}
