import { createHash } from 'node:crypto';

import type { Answer } from './http.ts';
import type { Person } from './people.ts';
import { SCOPE_TEXTS, SIGN_IN_SCOPES } from './scopes.ts';
import { STYLE } from './style.ts';
import type { Language } from './texts.ts';
import { TEXTS } from './texts.ts';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** @param formOrigin where the form's answer redirects to: Chromium applies `form-action` to that too. */
function page(status: number, language: Language, title: string, content: string, formOrigin = ''): Answer {
  const body = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${TEXTS[language].label}</title>
<style>${STYLE}</style>
</head>
<body><main><p class="label">${TEXTS[language].label}</p><h1>${title}</h1>${content}</main></body>
</html>`;
  const policy = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self' ${formOrigin}; frame-ancestors 'none'; base-uri 'none'`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    vary: 'accept-language',
  };
  return { status, headers, body };
}

const face = (person: Person) =>
  `<span class="initial" aria-hidden="true">${escapeHtml(person.name.slice(0, 1))}</span>` +
  `<span>${escapeHtml(person.name)}<small>${escapeHtml(person.email)}</small></span>`;

/** @param chooseUrl the same request with that account named in it. */
export function accountPage(language: Language, people: Person[], chooseUrl: (person: Person) => string): Answer {
  const texts = TEXTS[language];
  const items = people.map(
    (each) => `<li><a class="person" href="${escapeHtml(chooseUrl(each))}">${face(each)}</a></li>`,
  );
  return page(200, language, texts.chooseTitle, `<p>${texts.chooseLead}</p><ul>${items.join('')}</ul>`);
}

export interface ConsentPage {
  person: Person;
  scopes: readonly string[];
  /** Where the form goes, and where another account can be chosen. */
  formUrl: string;
  otherAccountUrl: string;
  redirectOrigin: string;
}

export function consentPage(language: Language, consent: ConsentPage): Answer {
  const texts = TEXTS[language];
  const say = (scope: string) => escapeHtml(SCOPE_TEXTS[scope]?.[language] ?? scope);
  const fixed = consent.scopes.filter((scope) => SIGN_IN_SCOPES.includes(scope));
  const optional = consent.scopes.filter((scope) => !SIGN_IN_SCOPES.includes(scope));
  const boxes = optional.map(
    (scope) =>
      `<label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked><span>${say(scope)}</span></label>`,
  );
  const content = `
<div class="person chosen">${face(consent.person)}</div>
<form method="post" action="${escapeHtml(consent.formUrl)}">
<input type="hidden" name="account" value="${escapeHtml(consent.person.email)}">
<fieldset class="scopes"><legend><h2>${texts.permissions}</h2></legend>${boxes.join('') || texts.none}</fieldset>
<div class="scopes"><h2>${texts.always}</h2><ul>${fixed.map((scope) => `<li>${say(scope)}</li>`).join('')}</ul></div>
<div class="actions"><button name="decision" value="deny">${texts.deny}</button>
<button class="primary" name="decision" value="allow">${texts.allow}</button></div>
</form>
<a class="other" href="${escapeHtml(consent.otherAccountUrl)}">${texts.otherAccount}</a>`;
  return page(200, language, texts.consentTitle, content, consent.redirectOrigin);
}

export function errorPage(language: Language, code: string, hint: string): Answer {
  const texts = TEXTS[language];
  const content = `<p><code>${escapeHtml(code)}</code><br>${escapeHtml(hint)}</p><p>${texts.errorNext}</p>`;
  return page(400, language, texts.errorTitle, content);
}
