import { build } from 'esbuild'

/** A Worker's program as one module, resolved as Wrangler does. */
export async function bundleWorker(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*'],
  })
  const [{ text } = { text: '' }] = outputFiles
  return text
}
