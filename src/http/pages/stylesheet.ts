import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const content = readFileSync(new URL('./connect.css', import.meta.url), 'utf8');
const version = createHash('sha256').update(content).digest('hex').slice(0, 12);

/** The one style sheet of server-rendered pages. Its address changes with its content, so browsers may keep it. */
export const stylesheet = { path: '/connect.css', href: `/connect.css?v=${version}`, content };
