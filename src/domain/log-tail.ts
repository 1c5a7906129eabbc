/** Of one answer: enough to see why a test failed. */
const MAX_LINES = 20;
const MAX_CHARACTERS = 1_200;

/** Escape sequences of terminals: CSI, OSC, and the two-character ones. */
const [ESC, BELL] = [String.fromCharCode(27), String.fromCharCode(7)];
const ESCAPES = new RegExp(
  String.raw`${ESC}(?:\[[0-?]*[ -/]*[@-~]|\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\)?|[@-Z\\-_])`,
  'g',
);

/**
 * The last lines of a log as a terminal would leave them, short enough for an answer: colours are dropped, and of a line
 * that was written over and over its last state stays.
 */
export function tailOfLog({ text, whole }: { text: string; whole: boolean }): { tail: string; cut: boolean } {
  const lines = text
    .replaceAll(ESCAPES, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1)?.trimEnd() ?? '');
  while (lines.at(-1) === '') lines.pop();
  const last = lines.slice(-MAX_LINES);
  let cut = !whole || last.length < lines.length;
  while (last.length > 1 && last.join('\n').length > MAX_CHARACTERS) {
    last.shift();
    cut = true;
  }
  const tail = last.join('\n');
  if (tail.length <= MAX_CHARACTERS) return { tail, cut };
  // A character of two units is not cut in half.
  return { tail: tail.slice(-MAX_CHARACTERS).replace(/^[\udc00-\udfff]/, ''), cut: true };
}
