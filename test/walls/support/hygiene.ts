import { posix } from 'node:path';

/*
 * What a repository must not hold. Each check answers with lines `path:line what`, none when all is well.
 */

export type Files = ReadonlyMap<string, string>;

/** Built from parts, so that this file does not find itself. */
const shape = (...parts: string[]): RegExp => new RegExp(parts.join(''));

const LOCK = 'package-lock.json';

/** Folders of whoever wrote a file are of no use to whoever reads it. */
export function machinePaths(files: Files): string[] {
  return matches(
    files,
    shape('(?<![\\w.~$}-])', '/(?:work|root|Users|home/(?!node\\b)[a-z]+)', '/|/tmp/', '(?:bash|brief|claude)'),
  );
}

const SECRETS = [
  shape('gh[pousr]', '_[A-Za-z0-9]{20}'),
  shape('github', '_pat_\\w{20}'),
  shape('sk-', 'ant-[\\w-]{20}'),
  shape('xox', '[a-z]-[\\w-]{10}'),
  shape('ya', '29\\.[\\w-]{20}'),
  shape('GOC', 'SPX-[\\w-]{10}'),
  shape('hv', '[sbr]\\.[\\w-]{20}'),
  shape('AKIA', '[0-9A-Z]{16}'),
  shape('eyJ', '[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.'),
  shape('[MNO][\\w-]{23,27}', '\\.[\\w-]{6}\\.[\\w-]{27}'),
  shape('-----BEGIN ', '[A-Z ]*PRIVATE KEY-----\\s*\\n?[A-Za-z0-9+/=]{20}'),
];

/** Fixtures join their parts: a scanner must never have to guess what is real. */
export function secretShapes(files: Files): string[] {
  return SECRETS.flatMap((secret) => matches(files, secret));
}

/**
 * A test that is switched off says why (`skipped: ...`) in its name or in the line above; one that silences the others
 * never stays.
 */
export function switchedOffTests(files: Files): string[] {
  const only = shape('\\b(?:test|it|describe)(?:\\.concurrent)?\\.', 'only\\b|\\bf(?:it|describe)\\(');
  const off = shape('\\b(?:test|it|describe)\\.', 'skip\\b|\\bx(?:it|test|describe)\\(');
  return [...tests(files)].flatMap(([path, text]) => {
    const lines = text.split('\n');
    const isReasoned = (index: number) =>
      /skipped(:| when| where| unless)/i.test(`${lines[index - 1]}\n${lines[index]}`);
    return lines.flatMap((line, index) => {
      if (only.test(line)) return [`${path}:${index + 1} silences other tests`];
      return off.test(line) && !isReasoned(index) ? [`${path}:${index + 1} is switched off without a reason`] : [];
    });
  });
}

/** Relative links of Markdown files, with the heading they point at. */
export function deadLinks(files: Files): string[] {
  const folders = new Set([...files.keys()].flatMap(foldersOf));
  return [...files]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) =>
      linksOf(text).flatMap(({ line, target }) => {
        const [file = '', anchor] = target.split('#');
        const aim =
          file === '' ? path : posix.normalize(posix.join(posix.dirname(path), decodeURI(file))).replace(/\/$/, '');
        if (!files.has(aim) && !folders.has(aim)) return [`${path}:${line} ${target} does not exist`];
        if (anchor && !headingsOf(files.get(aim) ?? '').includes(anchor))
          return [`${path}:${line} ${target} has no such heading`];
        return [];
      }),
    );
}

/** A document that a text sends its reader to is part of the repository. */
export function unknownDocuments(files: Files): string[] {
  const names = new Set([...files.keys()].map((path) => posix.basename(path)));
  const speaks = (path: string): boolean => path !== LOCK && !path.startsWith('test/walls/');
  return [...files]
    .filter(([path]) => speaks(path))
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => {
        const mentioned = [...line.matchAll(/(?<![\w*-])([A-Za-z][\w-]*\.md)\b/g)].map(([, name]) => name ?? '');
        return mentioned
          .filter((name) => !names.has(name))
          .map((name) => `${path}:${index + 1} ${name} does not exist`);
      }),
    );
}

/** Migrations are applied in order, so a number is used once and none is left out. */
export function migrationGaps(files: Files): string[] {
  const names = [...files.keys()]
    .filter((path) => /^infra\/postgres\/[^/]+\.sql$/.test(path))
    .map((path) => posix.basename(path));
  return names.flatMap((name, index) => {
    const number = String(index + 1).padStart(4, '0');
    return new RegExp(`^${number}_[a-z0-9_-]+\\.sql$`).test(name) ? [] : [`${name} should begin with ${number}_`];
  });
}

interface Lock {
  packages: Record<string, { version?: string; resolved?: string; optional?: boolean; integrity?: string }>;
}

/** What `npm ci` and a replay need of the lock file. */
export function lockFaults(files: Files): string[] {
  const { packages } = JSON.parse(files.get(LOCK) ?? '{"packages":{}}') as Lock;
  const entries = Object.entries(packages);
  const faults: string[] = [];
  for (const [path, { resolved }] of entries) if (resolved?.startsWith('http')) faults.push(`${path} names a registry`);
  const temporal = entries.filter(([path]) => /node_modules\/@temporalio\/[^/]+$/.test(path));
  const versions = new Set(temporal.map(([, { version }]) => version));
  if (versions.size > 1) faults.push(`@temporalio/* has ${versions.size} versions: ${[...versions].join(', ')}`);
  // A copy of its own makes converting a history to JSON fail with "type must be a Type".
  if (!packages['node_modules/protobufjs']?.version?.startsWith('8.')) faults.push('protobufjs 8 is not at the top');
  const nested = entries.filter(([path]) =>
    /@temporalio\/.*node_modules\/protobufjs$|proto3-json-serializer\/node_modules\/protobufjs$/.test(path),
  );
  for (const [path] of nested) faults.push(`${path} is a copy of its own`);
  return faults;
}

/** A registry is a matter of the machine: its address belongs in nobody's checkout. */
export function registryHosts(files: Files): string[] {
  const settings = new Map(
    [...files].filter(([path]) => /(^|\/)(\.npmrc|\.yarnrc\S*|pip\.conf|Dockerfile\S*|\S+\.sh|Makefile)$/.test(path)),
  );
  return matches(settings, shape('registry', '\\s*=|index-url|--registry'));
}

const tests = (files: Files): Files => new Map([...files].filter(([path]) => /^test\/.*\.tsx?$/.test(path)));

function matches(files: Files, pattern: RegExp): string[] {
  return [...files]
    .filter(([path]) => path !== LOCK)
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => {
        const found = pattern.exec(line);
        return found ? [`${path}:${index + 1} ${found[0].slice(0, 12)}`] : [];
      }),
    );
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function linksOf(text: string): { line: number; target: string }[] {
  const withoutCode = text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ''));
  return withoutCode
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)|<(?:img|a)\b[^>]*?(?:src|href)="([^"]+)"/g)]
        .map((match) => ({ line: index + 1, target: match[1] ?? match[2] ?? '' }))
        .filter(({ target }) => !/^[a-z]+:/i.test(target)),
    );
}

/** As GitHub makes anchors of headings. */
function headingsOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    );
}
