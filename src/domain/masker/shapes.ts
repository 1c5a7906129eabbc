import { TOKEN_SHAPES } from '../token-shapes.ts';
import type { Shape } from './dictionary.ts';

/** Far beyond any token and any key: what is longer is cut here, so that a line of 100 MB passes through. */
export const LONGEST_BODY = 64 * 1024;

const KEY_KINDS = ['', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED '];
const THREE_DIGITS = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

/** What is masked in every stream, whichever secrets were lent. */
export const SHAPES: readonly Shape[] = [
  ...TOKEN_SHAPES,
  // Discord's bot tokens: an id in base64, a time, a signature. Ids are digits, three of which make four characters.
  { starts: THREE_DIGITS.map((digits) => btoa(digits)), body: '\\w.-', least: 40, twoDots: true },
  // Private keys, indented or in a JSON string too. Where no closing line comes, prose ends them.
  {
    starts: [...KEY_KINDS.map((kind) => `${kind}PRIVATE KEY`), 'PGP PRIVATE KEY BLOCK'].map(
      (what) => `-----BEGIN ${what}-----`,
    ),
    body: '\\w\\s+/=\\\\:,-',
    least: 16,
    closings: ['PRIVATE KEY-----', 'PRIVATE KEY BLOCK-----'],
  },
];
