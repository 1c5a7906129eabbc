import { connectTexts } from '../../domain/texts.ts';
import type { Language } from '../../domain/words.ts';
import { html } from './html.ts';
import { actions, buttonForm, buttonLink, layout } from './layout.ts';

/** Why a link leads nowhere: what happened, what was not done, and the way back. */
export function noticePage(
  language: Language,
  notice: 'closed' | 'missing' | 'busy' | 'unknown',
  again?: string,
): string {
  const { [notice]: texts, connected, startAgain } = connectTexts[language];
  return layout({
    language,
    title: texts.title,
    body: html`<p>${texts.body}</p>
      ${actions(again ? buttonLink({ href: again, label: startAgain, primary: true }) : null, buttonLink({ href: '/', label: connected.backToStart }))}`,
  });
}

/** OA-4: tells a signed-in stranger nothing but that the link is not theirs. */
export function strangerPage(language: Language, publicId: string): string {
  const texts = connectTexts[language].stranger;
  return layout({
    language,
    title: texts.title,
    body: html`<p>${texts.body}</p>
      ${actions(buttonForm({ action: `/connect/${publicId}/sign-out`, label: texts.submit, primary: true }))}`,
  });
}
