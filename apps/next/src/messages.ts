import type { Session, SetCookie } from '@encrypted-session/core'
import { ResponseJar } from '@encrypted-session/core/fetch'
import { statusOf, type Visit } from '@encrypted-session/demo'
import type { NextRequest } from 'next/server'
import { sessions } from './sessions.ts'

const HEADER = 'x-messages'

/**
 * Takes the messages that wait in the session, for the page to show once: Next lets no page write a cookie, so the proxy does
 * it and hands them on in a header of the request. `apply` adds the new cookie to the response.
 */
export async function takeMessages(request: NextRequest): Promise<{ apply(response: Response): Response }> {
  // Whoever is asked for it by name must not believe what a visitor sends.
  request.headers.delete(HEADER)
  const jar = new PassingJar(request)
  const { handle } = sessions.attach(request, jar)
  const texts = taken(await handle.open())
  await handle.commit(200)
  if (texts.length > 0) request.headers.set(HEADER, encodeURIComponent(JSON.stringify(texts)))
  return jar
}

/** None where a store cannot say whether the session holds: then the page will say so. */
function taken(session: Session<Visit>): string[] {
  try {
    return session.flash.take().map(({ text }) => text)
  } catch (error) {
    if (statusOf(error) !== 503) throw error
    return []
  }
}

/** The messages that the proxy has taken for this page. */
export function messagesOf(headers: Pick<Headers, 'get'>): readonly string[] {
  const header = headers.get(HEADER)
  // As written above: a request that goes round the proxy shows its own visitor what he likes.
  return header === null ? [] : (JSON.parse(decodeURIComponent(header)) as string[])
}

/** Writes cookies for the browser, and for the page that is made of this request. */
class PassingJar extends ResponseJar {
  readonly #request: NextRequest

  constructor(request: NextRequest) {
    super(request)
    this.#request = request
  }

  override set(cookie: SetCookie): void {
    const { cookies } = this.#request
    if (cookie.maxAge === 0) cookies.delete(cookie.name)
    else cookies.set(cookie.name, cookie.value)
    super.set(cookie)
  }
}
