/** What a well-known kind of token looks like: how it begins, what follows. No shape looks at what stands before it. */
export interface TokenShape {
  starts: readonly string[];
  /** The characters that follow, as they stand between the brackets of a regular expression. */
  body: string;
  /** How many of them at least: few, so that a token that was cut off counts too. */
  least: number;
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/** Shapes that a beginning and a run of characters tell; percent-encoded beginnings are how tokens look in addresses. */
export const TOKEN_SHAPES: readonly TokenShape[] = [
  {
    starts: [
      // Google: refresh tokens, authorization codes, client secrets
      ...['1//0', '1%2F%2F0', '1%2f%2f0', '4/0A', '4%2F0A', '4%2f0A', 'GOCSPX-'],
      // GitHub, GitLab, Anthropic, Slack
      ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'glpat-', 'sk-ant-'],
      ...LETTERS.map((kind) => `xox${kind}-`),
    ],
    body: '\\w-',
    least: 8,
  },
  // Google access tokens; service, batch and recovery tokens of Vault and OpenBao
  { starts: ['ya29.', 'hvs.', 'hvb.', 'hvr.'], body: '\\w.-', least: 8 },
  // Google API keys, whose beginning alone is too short to tell
  { starts: ['AIza'], body: '\\w-', least: 30 },
  // AWS access key ids, lasting and temporary
  { starts: ['AKIA', 'ASIA'], body: 'A-Z0-9', least: 16 },
  // JSON Web Tokens, signed and encrypted, or any other JSON object in base64
  { starts: ['eyJ'], body: '\\w.+/=-', least: 16 },
];
