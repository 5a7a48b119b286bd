import { globSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where packages of ours and frameworks are installed; of two that have one package, the first counts. */
const WORKSPACES = ['apps/*/node_modules', 'packages/*/node_modules']

/** Gives a folder in this repository a `node_modules` with everything that an example may import. */
export function linkInstalled(root: string, home: string): void {
  const linked = new Set<string>()
  for (const workspace of WORKSPACES.flatMap((pattern) => globSync(pattern, { cwd: root }).toSorted())) {
    for (const name of packagesIn(join(root, workspace))) {
      if (linked.has(name)) continue
      linked.add(name)
      const link = join(home, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(join(root, workspace, name), link)
    }
  }
}

function packagesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(folder, name)).map((each) => `${name}/${each}`) : name))
}
