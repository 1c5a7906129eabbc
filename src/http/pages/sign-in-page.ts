import { connectTexts } from '../../domain/texts.ts';
import type { Language } from '../../domain/words.ts';
import { html } from './html.ts';
import { actions, layout } from './layout.ts';

/**
 * What anyone without a session sees, whatever the link names (OA-2): the bytes depend on how one signs in here and on
 * the browser's language, never on the link. That is why the form posts to the address it stands on.
 */
export function signInPage(page: {
  language: Language;
  /** `none` where sign-in by name exists but not for this connection. */
  signIn: 'name' | 'discord' | 'none';
  badName?: boolean;
}): string {
  const texts = connectTexts[page.language].signIn;
  const form = {
    name: html`<p class="quiet">${texts.local}</p>
      <form method="post">
        <label for="name">${texts.name}</label>
        ${page.badName ? html`<p class="note problem" id="problem" role="alert">${texts.badName}</p>` : null}
        <input
          id="name"
          name="name"
          required
          maxlength="40"
          autocomplete="username"
          ${page.badName ? html`aria-describedby="problem" aria-invalid="true"` : null}
        />
        <button class="button primary" type="submit">${texts.submit}</button>
      </form>`,
    discord: actions(
      html`<form method="post"><button class="button primary" type="submit">${texts.discord}</button></form>`,
    ),
    none: null,
  }[page.signIn];
  return layout({
    language: page.language,
    title: texts.title,
    body: html`<p>${texts.why}</p>
      ${form}`,
  });
}
