/** Words that mean something, and where they stand in a text. */
export interface Found<T> {
  value: T;
  from: number;
  to: number;
}

export interface Rule<T, Context = undefined> {
  /** With the flags `giu`. */
  words: RegExp;
  /** Null when these words do not mean it after all. */
  means(groups: Record<string, string | undefined>, context: Context): T | null;
}

/** Stands for words that were understood already, character by character, so that places stay the same. */
export const GAP = '\uE000';

/** What the rules understand, by place. Where two overlap the earlier rule wins. */
export function findAll<T, Context>(text: string, rules: readonly Rule<T, Context>[], context: Context): Found<T>[] {
  const found: Found<T>[] = [];
  for (const { words, means } of rules) {
    for (const match of text.matchAll(words)) {
      const [from, to] = [match.index, match.index + match[0].length];
      if (found.some((each) => from < each.to && each.from < to)) continue;
      const value = means(match.groups ?? {}, context);
      if (value !== null) found.push({ value, from, to });
    }
  }
  return found.sort((a, b) => a.from - b.from);
}

export function blank(text: string, found: readonly Found<unknown>[]): string {
  return found.reduce((rest, { from, to }) => rest.slice(0, from) + GAP.repeat(to - from) + rest.slice(to), text);
}

/** Blanks what a pattern matches. */
export function blankMatches(text: string, pattern: RegExp): string {
  return text.replace(pattern, (words) => GAP.repeat(words.length));
}
