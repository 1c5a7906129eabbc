import { signInTexts } from '../../domain/texts.ts';
import type { SignInRefusal } from '../../domain/texts.ts';
import type { Language } from '../../domain/words.ts';
import { html } from './html.ts';
import { actions, buttonLink, layout } from './layout.ts';

/** Why a sign-in did not work, with a fresh start one click away. It goes where the one before was to go. */
export function signInRefusedPage(page: { language: Language; refusal: SignInRefusal; returnTo: string }): string {
  const texts = signInTexts[page.language];
  const words = texts.refused[page.refusal];
  const query = new URLSearchParams({
    return: page.returnTo,
    // Who is signed in at Discord is not the one who may sign in here: the next try must ask.
    ...(page.refusal === 'notServed' && { account: 'other' }),
  });
  const label = page.refusal === 'notServed' ? texts.otherAccount : texts.again;
  return layout({
    language: page.language,
    title: words.title,
    body: html`<p>${words.body}</p>
      ${actions(buttonLink({ href: `/auth/discord/login?${query.toString()}`, label, primary: true }))}`,
  });
}
