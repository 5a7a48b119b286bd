/** Bundled and minified as for a browser or a Worker: `#aead` and its like resolve to their WebCrypto and stream files. */
const measured = {
  gzip: true,
  brotli: false,
  // An ES module keeps every export; the script that esbuild would make by default drops what nobody calls.
  modifyEsbuildConfig: (config) => ({ ...config, format: 'esm' }),
}

export default [
  // Everything that the main entry exports, error messages included. docs/decisions/0017-what-core-weighs.md says when it may go up.
  { name: 'core', path: 'packages/core/dist/index.js', limit: '15.5 kB', ...measured },
  {
    name: 'hono and core, for a Worker',
    import: {
      'packages/core/dist/index.js': '{ createSessions, parseKeyring }',
      'packages/hono/dist/index.js': '{ encryptedSession }',
    },
    path: ['packages/core/dist/index.js', 'packages/hono/dist/index.js'],
    limit: '16.3 kB',
    ignore: ['hono'],
    ...measured,
  },
  // Alone; much of it is in the main entry already.
  { name: 'core/revocation', path: 'packages/core/dist/revocation.js', limit: '2 kB', ...measured },
  { name: 'core/store', path: 'packages/core/dist/store.js', limit: '6 kB', ...measured },
  { name: 'core/keyset', path: 'packages/core/dist/keyset.js', limit: '8.5 kB', ...measured },
  { name: 'core/fetch', path: 'packages/core/dist/fetch.js', limit: '2 kB', ...measured },
  { name: 'core/node', path: 'packages/core/dist/node.js', limit: '2.2 kB', ...measured },
  adapter('fastify', 'index', ['fastify-plugin', 'fastify', '@fastify/cookie']),
  adapter('koa', 'index', ['koa', 'node:http', 'node:util']),
  adapter('hono', 'index', ['hono']),
  adapter('next', 'index', ['next', 'node:async_hooks'], '2.5 kB'),
  adapter('next', 'proxy', ['next', 'node:async_hooks'], '2.5 kB'),
  adapter('next', 'pages', ['next', 'node:async_hooks']),
]

/** What an entry of an adapter adds to core and to the framework. */
function adapter(name, entry, peers, limit = '2 kB') {
  return {
    name: `${name}${entry === 'index' ? '' : `/${entry}`}, without its peers`,
    path: `packages/${name}/dist/${entry}.js`,
    limit,
    ignore: ['@encrypted-session/core', ...peers],
    ...measured,
  }
}
