/*
 * The import rule, as drawn in ARCHITECTURE.md:
 *
 *   apps → adapters → core        testing, redis, migrate, cli → core's entries (programs, cli and apps, also → core/keyset-file)
 *   inside core:  index, revocation, store → sessions → { seal, codec, cookie } → base
 *                 fetch, node → http → sessions
 *                 keyset, keyset-file → keyset → seal
 *
 * scripts/check-boundaries.ts plants a breach of each rule and expects to see it fail: a new rule needs a new breach there.
 */

/** Tests, and what several of them need. */
const TESTS = String.raw`\.(test(-d)?|fixture)\.ts$`
/** A file that stands behind a condition of package.json `imports`; it may have helpers of its own platform. */
const PLATFORM_FILE = String.raw`^packages/core/src/.+\.(node|web)\.ts$`
/** A room of core, as source or (behind `#aead` and its like) as its build. */
const room = (...names) => `^packages/core/(src|dist)/(${names.join('|')})/`
/** What other packages may see of core: its entry points, always as they are published. */
const ENTRY = '(index|fetch|keyset|node|revocation|store)'
const CORE_ENTRIES = String.raw`^packages/core/dist/${ENTRY}\.(js|d\.ts)$`
/** The entry that reads and writes files: for programs, and for Node alone. */
const KEYSET_FILE = String.raw`^packages/core/dist/keyset-file\.(js|d\.ts)$`
/** The thin packages that map one framework each. */
const ADAPTERS = '^packages/(fastify|koa|hono|next)/'

/** A rule whose breach is an error. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })
/** A rule for the rooms of core; tests stand beside the sources and may look into every room. */
const forbidInCore = (name, comment, from, to) => forbid(name, comment, { path: from, pathNot: TESTS }, to)

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid('no-cycle', 'A cycle hides which of two files knows the other.', {}, { circular: true }),
    forbid(
      'resolvable',
      'An import that cannot be resolved cannot be judged. Not built yet? `pnpm build` first.',
      {},
      // workerd's own module is nowhere but there.
      { couldNotResolve: true, pathNot: '^cloudflare:' },
    ),
    forbid(
      'no-undeclared',
      'A package imports what its own package.json declares; only tests and configurations use devDependencies.',
      { path: '^packages/[^/]+/src/', pathNot: TESTS },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['npm', 'npm-peer'] },
    ),

    forbid(
      'fixtures-for-tests',
      'What only tests need is imported by tests only.',
      { path: '^(packages|apps)/[^/]+/src/', pathNot: TESTS },
      { path: String.raw`\.fixture\.ts$` },
    ),
    forbid('no-app-import', 'Nobody imports an app.', { pathNot: '^apps/' }, { path: '^apps/' }),
    forbid(
      'no-app-to-app',
      'Nobody imports an app, not even another app.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    forbid('no-bench-import', 'Nobody imports the benchmarks.', { pathNot: '^bench/' }, { path: '^bench/' }),
    forbid(
      'core-alone',
      'Core imports no other package.',
      { path: '^packages/core/src/', pathNot: TESTS },
      { pathNot: '^packages/core/', dependencyTypesNot: ['core'] },
    ),
    forbid(
      'core-by-its-entry',
      'Other packages and apps see core through its published entries only.',
      { pathNot: '^(packages/(core|cli)|apps)/' },
      { path: '^packages/core/', pathNot: CORE_ENTRIES },
    ),
    forbid(
      'programs-by-entries',
      'Programs see core through its published entries, the keyset file among them.',
      { path: '^(packages/cli|apps)/' },
      { path: '^packages/core/', pathNot: [CORE_ENTRIES, KEYSET_FILE] },
    ),
    forbid(
      'no-adapter-to-package',
      'An adapter imports its framework and core, and no other package. Its tests may use the test kit.',
      { path: ADAPTERS, pathNot: TESTS },
      { path: '^packages/', pathNot: '^packages/($1|core)/' },
    ),
    forbid(
      'no-adapter-to-adapter',
      'No adapter imports another, tests included.',
      { path: ADAPTERS },
      { path: ADAPTERS, pathNot: '^packages/$1/' },
    ),
    forbid(
      'no-package-to-package',
      'testing, redis, migrate and cli import core and no other package of ours.',
      { path: '^packages/(testing|redis|migrate|cli)/', pathNot: TESTS },
      { path: '^packages/', pathNot: '^packages/($1|core)/' },
    ),
    forbid(
      'demo-below-apps',
      'What the demo apps share imports core and the test kit, and no adapter.',
      { path: '^packages/demo/' },
      { path: '^packages/', pathNot: '^packages/(demo|core|testing)/' },
    ),

    forbidInCore(
      'base-imports-nothing',
      'base knows nothing of this domain and imports nothing but itself.',
      '^packages/core/src/base/',
      { pathNot: [room('base'), '^node:'], dependencyTypesNot: ['core'] },
    ),
    forbidInCore(
      'seal-codec-cookie-apart',
      'seal, codec and cookie never import each other.',
      '^packages/core/src/(seal|codec|cookie)/',
      { path: room('seal', 'codec', 'cookie'), pathNot: '^packages/core/(src|dist)/$1/' },
    ),
    forbidInCore(
      'sessions-on-top',
      'Nothing but http and the entries imports sessions.',
      '^packages/core/src/(base|codec|cookie|seal)/',
      { path: room('sessions') },
    ),
    forbidInCore(
      'http-last',
      'Only their entries import the jars.',
      '^packages/core/src/(base|codec|cookie|keyset|seal|sessions)/',
      {
        path: room('http'),
      },
    ),
    forbidInCore(
      'keyset-over-seal',
      'keyset knows keys, and nothing of sessions, data or cookies.',
      '^packages/core/src/keyset/',
      { path: room('codec', 'cookie', 'sessions') },
    ),
    forbid(
      'keyset-by-its-entries',
      'Only its own entries import keyset: nobody carries it who reads keys from the environment.',
      { path: '^packages/core/src/', pathNot: [TESTS, '^packages/core/src/(keyset/|keyset(-file)?[.]ts$)'] },
      { path: room('keyset') },
    ),
    forbidInCore(
      'entries-last',
      'Entries are the public surface: nothing inside core imports them.',
      '^packages/core/src/',
      { path: `^packages/core/(src|dist)/(${ENTRY}|keyset-file)\\.` },
    ),
    forbid(
      'node-only-in-node-files',
      'Only *.node.ts imports node:*; every other file runs on every platform.',
      { path: '^packages/core/src/', pathNot: [TESTS, String.raw`\.node\.ts$`] },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'platform-by-condition',
      'Platform files are reached through `#aead` and its like, never by path: the condition in package.json chooses.',
      // An entry for Node alone takes what is Node's.
      { path: '^packages/core/src/', pathNot: [TESTS, PLATFORM_FILE, String.raw`^packages/core/src/keyset-file\.ts$`] },
      { path: PLATFORM_FILE },
    ),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/[.]next/', '/[.]vitest/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json', '.d.ts'],
    },
  },
}
