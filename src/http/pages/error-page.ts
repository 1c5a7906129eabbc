import { connectTexts, errorTexts } from '../../domain/texts.ts';
import type { ErrorCode } from '../../domain/texts.ts';
import type { Language } from '../../domain/words.ts';
import { html } from './html.ts';
import { actions, buttonLink, layout } from './layout.ts';

/** An error for somebody with a browser: words only, never what was thrown. */
export function errorPage(code: ErrorCode, language: Language): string {
  const { message, hint } = errorTexts[code][language];
  return layout({
    language,
    title: message,
    body: html`<p>${hint}</p>
      ${actions(buttonLink({ href: '/', label: connectTexts[language].connected.backToStart }))}`,
  });
}
