/** As much of a browser as a consent needs: cookies of one origin, redirects, forms without script. */
export function createBrowser(callbackUri: string) {
  const cookies = new Map<string, string>();

  async function request(url: URL, init: RequestInit): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    return answer;
  }

  return {
    /** Follows redirects; ends at a page, or before the callback. */
    async open(url: URL, init: RequestInit = {}): Promise<{ url: URL; html: string }> {
      let at = url;
      let answer = await request(at, init);
      for (let hops = 0; hops < 10; hops++) {
        const location = answer.headers.get('location');
        const html = await answer.text();
        if (!location) return { url: at, html };
        at = new URL(location, at);
        if (at.href.startsWith(callbackUri)) return { url: at, html: '' };
        answer = await request(at, {});
      }
      throw new Error('too many redirects');
    },
  };
}

/** Where the first form of a page goes, and its hidden fields. */
export function readForm(page: { url: URL; html: string }): { action: URL; fields: Record<string, string> } {
  const form = /<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/.exec(page.html);
  if (!form) throw new Error(`No form on ${page.url.pathname}: ${page.html.slice(0, 200)}`);
  const hidden = [...(form[2] ?? '').matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
  return { action: new URL(form[1] ?? '', page.url), fields };
}
