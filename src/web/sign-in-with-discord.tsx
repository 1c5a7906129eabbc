import type { PageTexts } from '../domain/texts/page.ts';

/** Two ways to the same place: without a question where Discord knows the person, and with the choice of an account. */
export function SignInWithDiscord({ texts }: { texts: PageTexts }) {
  return (
    <div className="sign-in-form">
      <a className="button primary" href={signInAddress()}>
        {texts.signIn.withDiscord}
      </a>
      <a className="button plain" href={signInAddress({ account: 'other' })}>
        {texts.signIn.otherAccount}
      </a>
      <p className="aside">{texts.signIn.discordExplanation}</p>
    </div>
  );
}

/** Comes back to the request that this page was opened for. */
function signInAddress(more: Record<string, string> = {}): string {
  const request = new URLSearchParams(location.search).get('request');
  const query = new URLSearchParams({ ...(request && { return: `/?request=${request}` }), ...more }).toString();
  return `/auth/discord/login${query && `?${query}`}`;
}
