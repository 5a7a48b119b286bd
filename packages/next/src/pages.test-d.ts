import {
  createSessions,
  type DeepReadonly,
  type Keyring,
  parseKeyring,
  type Session,
  type Sessions,
} from '@encrypted-session/core'
import type { GetServerSideProps, GetServerSidePropsContext, GetStaticPropsContext, NextApiHandler } from 'next'
import { expectTypeOf, test } from 'vitest'
import { readSession, updateSession } from './pages.ts'

interface Visit {
  cart: { item: string }[]
}

const keyring = (): Promise<Keyring> => parseKeyring(undefined)
const sessions: Sessions<Visit> = createSessions({ keyring, initial: (): Visit => ({ cart: [] }) })

test('both take the context of getServerSideProps', () => {
  const page = async (context: GetServerSidePropsContext): Promise<{ props: { items: number } }> => {
    const { data } = await readSession(sessions, context)
    expectTypeOf(data).toEqualTypeOf<DeepReadonly<Visit>>()
    expectTypeOf(data.cart).not.toHaveProperty('push')
    const items = await updateSession(sessions, context, (session) => {
      expectTypeOf(session).toEqualTypeOf<Session<Visit>>()
      return session.data.cart.push({ item: 'tea' })
    })
    expectTypeOf(items).toEqualTypeOf<number>()
    return { props: { items } }
  }
  expectTypeOf(page).toExtend<GetServerSideProps>()
})

test('both take the request and response of an API route', () => {
  const handler: NextApiHandler = async (req, res) => {
    await updateSession(sessions, { req, res }, (session) => {
      session.destroy()
    })
    res.json((await readSession(sessions, { req, res })).data)
    // @ts-expect-error without the response nothing can be written
    await updateSession(sessions, { req }, () => {})
    // @ts-expect-error the App Router's form
    await updateSession(sessions, () => {})
  }
  expectTypeOf(handler).toBeFunction()
})

test('a page that is made at build time has no visitor', () => {
  const page = async (context: GetStaticPropsContext): Promise<void> => {
    // @ts-expect-error no request
    await readSession(sessions, context)
  }
  expectTypeOf(page).toBeFunction()
})
