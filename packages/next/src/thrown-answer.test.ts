import { forbidden, notFound, permanentRedirect, redirect, unauthorized } from 'next/navigation.js'
import { expect, it, vi } from 'vitest'
import { type ThrownAnswer, thrownAnswer } from './thrown-answer.ts'

// Next has the flag of next.config's `experimental.authInterrupts` here.
vi.stubEnv('__NEXT_EXPERIMENTAL_AUTH_INTERRUPTS', 'true')

it.each<[name: string, answer: () => never, expected: ThrownAnswer]>([
  ['redirect', () => redirect('/cart'), { status: 307, location: '/cart' }],
  [
    'redirect, with semicolons',
    () => redirect('/cart;v=1;w=2?a=b;c'),
    { status: 307, location: '/cart;v=1;w=2?a=b;c' },
  ],
  ['permanentRedirect', () => permanentRedirect('/cart'), { status: 308, location: '/cart' }],
  ['notFound', () => notFound(), { status: 404 }],
  ['forbidden', () => forbidden(), { status: 403 }],
  ['unauthorized', () => unauthorized(), { status: 401 }],
])('%s of this Next is a way to answer', (_, answer, expected) => {
  expect(thrownAnswer(thrownBy(answer))).toEqual(expected)
})

it.each<[name: string, thrown: unknown]>([
  ['an error', new Error('no')],
  ['an error with the digest of a log line', Object.assign(new Error('no'), { digest: '4089601519' })],
  ['an error that Next uses to stop a prerender', Object.assign(new Error('no'), { digest: 'DYNAMIC_SERVER_USAGE' })],
  ['an error with a digest that is no text', Object.assign(new Error('no'), { digest: null })],
  ['an error that has a status', Object.assign(new Error('no'), { status: 404 })],
  ['nothing', undefined],
  ['null', null],
  ['text', 'NEXT_REDIRECT;push;/cart;307;'],
])('%s is a failure', (_, thrown) => {
  expect(thrownAnswer(thrown)).toEqual({ status: 500 })
})

function thrownBy(answer: () => never): unknown {
  try {
    return answer()
  } catch (error) {
    return error
  }
}
