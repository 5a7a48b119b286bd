/** A child process: runs what it is told, as often as it is told, while somebody counts. */
import { hostname } from 'node:os'
import { type Cell, createCells } from '../cell.ts'
import { CONTESTANTS } from '../contestants.ts'
import { SESSIONS } from '../sessions.ts'

/** What the child is asked. It answers when it is done. */
export type Request =
  | { readonly type: 'mark' }
  | { readonly type: 'run'; readonly contestant: string; readonly operation: Cell['operation']; readonly count: number }

const bytes = Number(process.argv[2])
const cells: Cell[] = []
for (const session of SESSIONS.filter((each) => each.bytes === bytes)) {
  for (const contestant of CONTESTANTS.filter(
    ({ answers, name }) => answers === 'at once' || name === 'encrypted-session',
  )) {
    // Instructions do not depend on what lies in the processor's caches: a smaller pool does, and nothing is run in it twice.
    cells.push(
      ...(await createCells({ ...contestant, pool: Number(process.argv[3]) }, session, [
        'seal',
        'open (new)',
        'open (again)',
      ])),
    )
  }
}

process.on('message', (request: Request) => {
  if (request.type === 'mark') {
    hostname()
    process.send?.('done')
    return
  }
  const cell = cells.find(
    ({ contestant, operation }) => contestant === request.contestant && operation === request.operation,
  )
  void cell?.run(request.count).then(() => process.send?.('done'))
})
process.send?.('ready')
