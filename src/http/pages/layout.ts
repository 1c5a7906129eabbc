import type { Language } from '../../domain/words.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { stylesheet } from './stylesheet.ts';

/** A whole page: one card, no script, nothing from elsewhere. The title is the heading: screen readers say it first. */
export function layout(page: { language: Language; title: string; body: Html }): string {
  return html`<!doctype html>
    <html lang="${page.language}">
      <head>
        <meta charset="utf-8" />
        <title>${page.title} - Panager</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${stylesheet.href}" />
      </head>
      <body>
        <header class="brand">Panager</header>
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
