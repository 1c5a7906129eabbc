import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const SOURCES = ['**/*.ts', '**/*.tsx'];
/** Settings of tools: outside of tsconfig.json, so without rules that need types. */
const SETTINGS = ['*.config.ts'];

/** Runs as a wall of `make test` (test/walls/lint.test.ts). Formatting is Prettier's, import direction is dependency-cruiser's. */
export default defineConfig(
  { ignores: ['dist/', '.local/', 'coverage/'] },
  // A rule that does not fit is changed here, for everybody: comments that switch rules off have no effect.
  { linterOptions: { noInlineConfig: true } },
  js.configs.recommended,
  {
    files: SOURCES,
    extends: [tseslint.configs.recommended],
    // Half the time of a project service. Relative to where it runs, so that probes elsewhere are judged by the same rules.
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: process.cwd() } },
    rules: {
      // A promise that nobody waits for loses its error; in a workflow it also loses its place in history.
      '@typescript-eslint/no-floating-promises': 'error',
      // A page's event handler may be async: what it may throw, it shows.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      // A new word in a closed set must be met everywhere; a default may stand for the rest where that is meant.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      // Type-only imports do not exist when the code runs: import direction and workflow purity depend on it.
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      // SE-3: a cause would carry a vendor's error, with what was sent, to wherever ours goes.
      'preserve-caught-error': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name: a file is named after its main export.' },
      ],
    },
  },
  {
    // What runs as part of the product writes through the logger, which masks. Terminals are the local tools' own.
    files: ['src/**', 'workflows/**', 'activities/**', 'workers/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // In a test, an absence fails the test as it should.
    files: ['test/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // Tools that load these want a default export.
    files: [...SETTINGS, 'test/support/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: SETTINGS,
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: null } },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { module: 'writable', exports: 'writable', require: 'readonly' },
    },
  },
);
