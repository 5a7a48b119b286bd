import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { defineConfig, type UserConfig } from 'tsdown'

const RAW = '?raw'

const config: UserConfig = defineConfig({
  entry: ['src/index.ts', 'src/run.ts', 'src/tests.ts'],
  deps: { neverBundle: [/^node:/u] },
  plugins: [
    {
      // The stylesheet and the browser's script become texts in the bundle: a Worker has no files to read them from.
      name: 'raw',
      resolveId: (id, importer) => (id.endsWith(RAW) && importer ? resolve(dirname(importer), id) : null),
      async load(id) {
        if (!id.endsWith(RAW)) return null
        const text = await readFile(id.slice(0, -RAW.length), 'utf8')
        return { code: `export default ${JSON.stringify(text)}`, moduleType: 'js' }
      },
    },
  ],
  platform: 'neutral',
  hash: false,
})

export default config
