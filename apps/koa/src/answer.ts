import { describeSession, isFormType, pageAfter } from '@encrypted-session/demo'
import type Koa from 'koa'
import type { DemoContext, DemoState } from './demo.ts'

/** Whether the body came from a form on the page. */
export function isForm({ headers }: Koa.ExtendableContext): boolean {
  return isFormType(headers['content-type'])
}

/** The answer to a change: a form goes back to the page, which says what it did where the form asks for that; a program gets the session as it is now. */
export async function answer(ctx: Koa.ParameterizedContext<DemoState, DemoContext>): Promise<void> {
  if (isForm(ctx)) return seeOther(ctx, pageAfter(ctx.url))
  // Written already here and not after the handler, so that the answer can name the size of the cookie that goes out with it.
  await ctx.session.commit()
  ctx.body = describeSession(ctx.session)
}

/** Sends a form to another page. */
export function seeOther(ctx: Koa.ExtendableContext, url: string): void {
  ctx.status = 303
  ctx.redirect(url)
}
