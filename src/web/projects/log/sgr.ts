/** Colours that a page can show readably on any of its backgrounds. `soft` stands for black and for greys. */
type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'soft';

/** How text looks after the commands read so far (ECMA-48, 8.3.117 SGR). */
export interface Rendition {
  colour: Colour | null;
  background: Colour | null;
  bold: boolean;
  faint: boolean;
  italic: boolean;
  underlined: boolean;
  crossedOut: boolean;
  inverse: boolean;
}

export const PLAIN: Rendition = {
  colour: null,
  background: null,
  bold: false,
  faint: false,
  italic: false,
  underlined: false,
  crossedOut: false,
  inverse: false,
};

/** In the order of their numbers; white is what text looks like anyway. */
const PALETTE: readonly (Colour | null)[] = ['soft', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', null];

/** Where the colours stand on the circle of hues, a sixth each. */
const HUES: readonly Colour[] = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'];

/** Below this share of colour, a colour is a grey. */
const GREY_BELOW = 0.2;

const SWITCHES: Record<number, Partial<Rendition>> = {
  1: { bold: true },
  2: { faint: true },
  3: { italic: true },
  4: { underlined: true },
  7: { inverse: true },
  9: { crossedOut: true },
  22: { bold: false, faint: false },
  23: { italic: false },
  24: { underlined: false },
  27: { inverse: false },
  29: { crossedOut: false },
  39: { colour: null },
  49: { background: null },
};

/**
 * The rendition after one SGR command. `parameters` is what stands between `ESC [` and `m`. Concealed text stays visible,
 * blinking text stands still, and unknown numbers do nothing.
 */
export function applySgr(now: Rendition, parameters: string): Rendition {
  let next = now;
  // 38:2::r:g:b may leave out a colour space; what matters stands at the end.
  const groups = parameters.split(';').map((group) => group.split(':').map((part) => Number(part || 0)));
  for (let at = 0; at < groups.length; at++) {
    const [code = 0, ...own] = groups[at] ?? [];
    if (code !== 38 && code !== 48) {
      next = applyCode(next, code);
      continue;
    }
    const rest = own.length > 0 ? own : groups.slice(at + 1).map(([value = 0]) => value);
    const { colour, used } = extendedColour(rest);
    next = { ...next, [code === 38 ? 'colour' : 'background']: colour };
    if (own.length === 0) at += used;
  }
  return next;
}

/** Names of what looks different from plain text, separated by spaces; empty for plain text. */
export function lookOf(rendition: Rendition): string {
  const { colour, background, ...switches } = rendition;
  const on = Object.entries(switches).flatMap(([name, isOn]) => (isOn ? [name] : []));
  return [colour, background && `on-${background}`, ...on].filter(Boolean).join(' ');
}

function applyCode(now: Rendition, code: number): Rendition {
  if (code === 0) return PLAIN;
  if (code === 21) return { ...now, underlined: true };
  const [tens, ones] = [Math.floor(code / 10), code % 10];
  if (ones < 8 && (tens === 3 || tens === 9)) return { ...now, colour: PALETTE[ones] ?? null };
  if (ones < 8 && (tens === 4 || tens === 10)) return { ...now, background: PALETTE[ones] ?? null };
  return { ...now, ...SWITCHES[code] };
}

/** Of `5;n` or `2;r;g;b`, and how many numbers that took. */
function extendedColour([mode, ...values]: readonly number[]): { colour: Colour | null; used: number } {
  if (mode === 5) return { colour: indexedColour(values[0] ?? 0), used: 2 };
  if (mode === 2)
    return { colour: nearest(values.length > 3 && values.length < 6 ? values.slice(-3) : values), used: 4 };
  return { colour: null, used: 1 };
}

/** Of the table of 256: sixteen named ones, a cube of six steps a side, and greys. */
function indexedColour(index: number): Colour | null {
  if (index < 16) return PALETTE[index % 8] ?? null;
  if (index >= 232) return index < 248 ? 'soft' : null;
  const inCube = index - 16;
  return nearest([Math.floor(inCube / 36), Math.floor(inCube / 6) % 6, inCube % 6]);
}

function nearest([red = 0, green = 0, blue = 0]: readonly number[]): Colour | null {
  const max = Math.max(red, green, blue);
  const span = max - Math.min(red, green, blue);
  if (max === 0) return 'soft';
  if (span / max < GREY_BELOW) return null;
  const sixth =
    max === red ? (green - blue) / span : max === green ? (blue - red) / span + 2 : (red - green) / span + 4;
  return HUES[Math.round(sixth + 6) % 6] ?? null;
}
