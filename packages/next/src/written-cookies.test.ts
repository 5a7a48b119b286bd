import type { SetCookie } from '@encrypted-session/core'
import { createMemoryJar } from '@encrypted-session/testing'
import { expect, it } from 'vitest'
import { createScene } from './visit.fixture.ts'
import { WrittenCookies } from './written-cookies.ts'

const [template] = await writtenOnes()

it.each<[what: string, header: string, received: readonly SetCookie[], expected: string]>([
  ['a new one after the others', 'a=1; b=2', [cookie('session', 'new')], 'a=1; b=2; session=new'],
  ['the only one', '', [cookie('session', 'new')], 'session=new'],
  [
    'a new value in the place of every old one',
    'session=x; a=1;session=y',
    [cookie('session', 'new')],
    'a=1; session=new',
  ],
  ['nothing for one that was deleted', 'a=1; session=x; b=2', [cookie('session', '', 0)], 'a=1; b=2'],
  ['no text at all when the last one was deleted', 'session=x', [cookie('session', '', 0)], ''],
  [
    'chunks, and without those that were too many',
    'session=x; session.1=y; session.2=z',
    [cookie('session', 'n'), cookie('session.1', 'm'), cookie('session.2', '', 0)],
    'session=n; session.1=m',
  ],
  ['the last of two writes', 'a=1', [cookie('session', 'one'), cookie('session', 'two')], 'a=1; session=two'],
  ['a write after a deletion', 'session=x', [cookie('session', '', 0), cookie('session', 'two')], 'session=two'],
  ['no deleted cookie of a write before', '', [cookie('session', 'one'), cookie('session', '', 0)], ''],
  [
    'others to the letter',
    'a=%zz; b="q"; c; =d; e=f=g; a=%zz',
    [cookie('session', 'n')],
    'a=%zz; b="q"; c; =d; e=f=g; a=%zz; session=n',
  ],
  [
    'names that only begin alike',
    'sessions=1; session.10=2; xsession=3',
    [cookie('session', 'n')],
    'sessions=1; session.10=2; xsession=3; session=n',
  ],
  ['all as it was when nothing was written', 'a=1; session=x', [], 'a=1; session=x'],
])('the browser then sends %s', (_, header, received, expected) => {
  const written = new WrittenCookies(received)
  expect([written.carriedBy(header), written.isEmpty]).toEqual([expected, received.length === 0])
})

function cookie(name: string, value: string, maxAge?: number): SetCookie {
  if (template === undefined) throw new Error('Nothing was written.')
  return { ...template, name, value, maxAge }
}

async function writtenOnes(): Promise<readonly SetCookie[]> {
  const jar = createMemoryJar()
  const { handle } = createScene().sessions.attach({}, jar)
  ;(await handle.open()).regenerate()
  await handle.commit(200)
  return jar.cookies
}
