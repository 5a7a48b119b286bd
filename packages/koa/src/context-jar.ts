import { NodeJar } from '@encrypted-session/core/node'
import type { ExtendableContext } from 'koa'

/** Shows a Koa context to the core. Koa's own jar is left to the app: it refuses Secure cookies on plain http, and all headers are cleared for errors. */
export class ContextJar extends NodeJar {
  readonly #context: ExtendableContext

  constructor(context: ExtendableContext) {
    super(context.req, context.res)
    this.#context = context
  }

  /** With `app.proxy`, what the proxy says. */
  override get secure(): boolean {
    return this.#context.secure
  }
}
