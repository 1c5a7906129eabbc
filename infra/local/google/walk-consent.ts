export interface ConsentWalk {
  /** E-mail address of one of the people offered. */
  account: string;
  decision?: 'allow' | 'deny';
  /** The person types the address instead of choosing from the list, which may be long. */
  typed?: boolean;
  /** Scopes to leave unticked. */
  untick?: readonly string[];
}

/**
 * Does what a person does in a browser, over HTTP: opens the authorization URL, picks the account, submits the form as
 * the page made it. Returns where the provider sends the browser next (the callback), which it does not open.
 * @throws Error when a page offers no such account or form.
 */
export async function walkConsent(authorizationUrl: URL | string, walk: ConsentWalk): Promise<URL> {
  const start = new URL(authorizationUrl);
  const choice = walk.typed ? withHint(start, walk.account) : await chooseFromList(start, walk.account);
  const consent = await openPage(choice);
  const action = /<form method="post" action="([^"]+)"/.exec(consent)?.[1];
  if (!action) throw new Error('The consent page has no form');
  const fields = [...consent.matchAll(/<input [^>]*name="([^"]+)" value="([^"]+)"/g)]
    .map(([, name = '', value = '']): [string, string] => [name, unescapeHtml(value)])
    .filter(([name, value]) => name !== 'scope' || !walk.untick?.includes(value));
  const answer = await fetch(new URL(unescapeHtml(action), start), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([...fields, ['decision', walk.decision ?? 'allow']]),
  });
  await answer.body?.cancel();
  const location = answer.headers.get('location');
  if (!location) throw new Error(`The consent form answered ${answer.status} and no redirect`);
  return new URL(location);
}

async function chooseFromList(start: URL, account: string): Promise<URL> {
  const chooser = await openPage(start);
  const choice = [...chooser.matchAll(/href="([^"]+)"/g)]
    .map((match) => new URL(unescapeHtml(match[1] ?? ''), start))
    .find((link) => link.searchParams.get('login_hint') === account);
  if (!choice) throw new Error(`The account page does not offer ${account}`);
  return choice;
}

function withHint(start: URL, account: string): URL {
  const hinted = new URL(start);
  hinted.searchParams.set('login_hint', account);
  return hinted;
}

async function openPage(url: URL): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url.pathname} answered ${answer.status}`);
  return text;
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
