import type * as vitest from 'vitest'

/** What the tests use of Vitest. The app gives its own: two copies of Vitest do not know each other. */
export type Runner = Pick<typeof vitest, 'afterAll' | 'beforeAll' | 'describe' | 'expect' | 'it'>
