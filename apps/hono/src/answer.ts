import { describeSession, isFormType, pageAfter } from '@encrypted-session/demo'
import type { Context } from 'hono'
import type { DemoEnv } from './env.ts'

/** Whether the body came from a form on the page. */
export function isForm(c: Context): boolean {
  return isFormType(c.req.header('content-type'))
}

/** The answer to a change: a form goes back to the page, which says what it did where the form asks for that; a program gets the session as it is now. */
export async function answer(c: Context<DemoEnv>): Promise<Response> {
  if (isForm(c)) return c.redirect(pageAfter(c.req.url), 303)
  // Written already here and not after the handler, so that the answer can name the size of the cookie that goes out with it.
  await c.var.session.commit()
  return c.json(describeSession(c.var.session))
}
