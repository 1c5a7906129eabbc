/** `scheme:/`: one slash is enough inside `<...>`, and a backslash is taken for one in the target of a link. */
const ADDRESS = /[a-z][a-z0-9+.-]{0,30}:[\\/][^\s<>"'`]*/gi;
/** `www.example.com`, `discord.gg/abc`: what clients complete by themselves. */
const BARE_HOST = /(?<![\w@./\]-])(?:www\.[\w-]+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?=\/))[^\s<>"'`]*/gi;
/** Mentions, commands, custom emoji, times, mail and telephone links: `<` before what Discord makes something of. */
const MARKUP =
  /<(?=@|#\d|\/[^>\n]{1,100}:\d|a?:\w+:\d|id:|sound:|t:-?\d|(?:mailto|tel|sms):|\+\d|[^\s<>@]+@[^\s<>]+>)/gi;
/** What follows an address in a sentence is not part of it. */
const TAIL = /[.,;:!?)\]}*_~|]*$/;

/**
 * `text` with everything inert that Discord would fetch or make clickable. Discord opens every address in a message by
 * itself, so one that an injected text composed could carry something away, or lead elsewhere than it says (DI-1). It
 * stays readable. Only the addresses in `typed` stay as they are, when they are the same to the letter. Applying it twice
 * changes nothing.
 */
export function defang(text: string, typed: readonly string[] = []): string {
  const known = new Set(typed);
  const inert = (found: string) => (known.has(bare(found)) ? found : broken(found));
  return (
    text
      // A link's words may say one address and its target another.
      .replaceAll('](', '] (')
      .replaceAll(MARKUP, '‹')
      .replaceAll(/@(?=everyone|here)/gi, '@\u200b')
      .replaceAll(ADDRESS, inert)
      .replaceAll(BARE_HOST, inert)
  );
}

/** The addresses that a person wrote, as `defang` takes them. */
export function addressesIn(text: string): string[] {
  return [ADDRESS, BARE_HOST].flatMap((shape) => [...text.matchAll(shape)].map(([found]) => bare(found)));
}

const bare = (address: string) => address.replace(TAIL, '');

/** `https[:]//example[.]com/path`, addresses inside of it too. */
function broken(address: string): string {
  const kept = bare(address);
  const inert = kept.replaceAll(/:(?=[\\/])/g, '[:]').replaceAll('.', '[.]');
  return inert + address.slice(kept.length);
}
