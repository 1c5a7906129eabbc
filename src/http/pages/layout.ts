import { connectTexts } from '../../domain/texts.ts';
import type { Language } from '../../domain/words.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { stylesheet } from './stylesheet.ts';

const mark = html`<svg viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="9" />
  <path d="M8 10h16M8 22h16M12.5 10v12M19.5 10v12" />
</svg>`;

/** A whole page: one card, no script, nothing from elsewhere. The title is the heading: screen readers say it first. */
export function layout(page: { language: Language; title: string; body: Html }): string {
  return html`<!doctype html>
    <html lang="${page.language}">
      <head>
        <meta charset="utf-8" />
        <title>${page.title} - Panager</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${stylesheet.href}" />
      </head>
      <body>
        <header class="brand">${mark}${connectTexts[page.language].brand}</header>
        <main>
          <h1>${page.title}</h1>
          ${page.body}
        </main>
      </body>
    </html> `.markup;
}

/** A form that is one button. */
export function buttonForm(form: {
  action: string;
  label: string;
  primary?: boolean;
  fields?: Record<string, string>;
}): Html {
  const fields = Object.entries(form.fields ?? {}).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return html`<form method="post" action="${form.action}">
    ${fields}<button class="${form.primary ? 'button primary' : 'button'}" type="submit">${form.label}</button>
  </form>`;
}

export function buttonLink(link: { href: string; label: string; primary?: boolean }): Html {
  return html`<a class="${link.primary ? 'button primary' : 'button'}" href="${link.href}">${link.label}</a>`;
}

/** The buttons of a page; no empty space where there are none. */
export function actions(...buttons: (Html | null)[]): Html | null {
  const present = buttons.filter((button) => button !== null);
  return present.length > 0 ? html`<div class="actions">${present}</div>` : null;
}
