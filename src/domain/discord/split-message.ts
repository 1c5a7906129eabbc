/** What one message of Discord holds. Counted in UTF-16 units here, the strictest way of counting. */
export const MESSAGE_LIMIT = 2_000;

const FENCE = '```';
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * Cuts a text into messages of at most `limit`, where a reader would: between paragraphs, lines, words, and never inside
 * a character, however many code points join into it. A code block that is cut is closed and opened again; one that was
 * never closed is closed at the end, so that what follows is not inside it.
 */
export function splitMessage(text: string, limit = MESSAGE_LIMIT): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const room = rest.includes(FENCE) ? limit - FENCE.length - 1 : limit;
    if (rest.length <= room) {
      parts.push(withClosedFence(rest));
      break;
    }
    const at = cutAt(rest, room);
    const part = rest.slice(0, at).trimEnd();
    const open = openFence(part);
    parts.push(withClosedFence(part));
    const next = rest.slice(at);
    // A block that ended just here needs no new beginning.
    const ending = /^\s*```/.exec(next);
    if (open === null) rest = next.trimStart();
    else if (ending !== null) rest = next.slice(ending[0].length).trimStart();
    else rest = `${open}\n${next.replace(/^\n/, '')}`;
  }
  return parts;
}

/** The end of the last whole piece that fits. Not before the middle: very short parts are hard to read too. */
function cutAt(text: string, room: number): number {
  const head = text.slice(0, room + 1);
  for (const boundary of ['\n\n', '\n', ' ']) {
    const at = head.lastIndexOf(boundary);
    if (at > room / 2) return at;
  }
  let at = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, room + 200))) {
    if (index + segment.length > room) break;
    at = index + segment.length;
  }
  // One character of endless combining marks: at least no code point is torn.
  if (at < room / 2) return (text.codePointAt(room - 1) ?? 0) > 0xffff ? room - 1 : room;
  // Nor are the marks of a code block.
  const marks = /`+$/.exec(text.slice(0, at));
  return marks !== null && text[at] === '`' && marks.index > room / 2 ? marks.index : at;
}

/** The opening line of a code block that this text leaves open, such as "```js"; null when none is. */
function openFence(text: string): string | null {
  const fences = [...text.matchAll(/```([\w+#.-]{0,30}(?=\n|$))?/g)];
  return fences.length % 2 === 0 ? null : `${FENCE}${fences.at(-1)?.[1] ?? ''}`;
}

function withClosedFence(text: string): string {
  return openFence(text) === null ? text : `${text}\n${FENCE}`;
}
