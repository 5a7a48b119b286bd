import { CONTENT_SECURITY_POLICY, errorAnswer, pageHeaders, refuseForeignOrigin } from '@encrypted-session/demo'
import { sessionProxy, updateSession } from '@encrypted-session/next/proxy'
import { type NextRequest, NextResponse, type ProxyConfig } from 'next/server'
import { passMessages } from './messages.ts'
import { sessions, site } from './sessions.ts'

export const proxy = sessionProxy(sessions, async (request) => {
  const isPage = request.nextUrl.pathname === '/'
  return refused(request) ?? (isPage ? await page(request) : undefined)
})

export const config: ProxyConfig = {
  matcher: [
    {
      // Not assets; nor the API, whose handlers extend the session themselves; nor prefetches, which are no visits. Any program
      // can say that it prefetches: what goes round the proxy in that way must not depend on it.
      source: '/((?!api/|_next/|events$|page\\.|icon\\.).*)',
      missing: [{ type: 'header', key: 'next-router-prefetch' }],
    },
  ],
}

/** The answer to what another site's page posts. Next itself would let no action of it through, but answer 500. */
function refused({ method, headers, cookies }: NextRequest): Response | undefined {
  try {
    refuseForeignOrigin({ method, origin: headers.get('origin'), host: headers.get('host') })
    return undefined
  } catch (error) {
    const { status, ...answer } = errorAnswer(error, { wants: 'page', site, theme: cookies.get('theme')?.value })
    return new Response(answer.body, { status, headers: answer.headers })
  }
}

/**
 * What the page cannot do for itself. It may not write a cookie, so the messages that it shows once are taken here. And it may
 * run its own scripts only: Next writes some of them into it, and gives them the nonce that it finds in the request.
 */
async function page(request: NextRequest): Promise<Response> {
  // The answer to an action shows what was changed; the messages wait for the next visit. So they do where an action redirects
  // to: Next fetches that page itself, and drops the cookie that would say that they are taken.
  const isVisit = request.method === 'GET' && !request.headers.has('x-action-redirect')
  const messages = isVisit ? await takeMessages(request) : []
  const policy = CONTENT_SECURITY_POLICY.replace("script-src 'self'", `$& 'nonce-${crypto.randomUUID()}'`)
  // After the messages were taken: the session's new cookie is among these.
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  passMessages(headers, messages)
  const { 'content-type': _type, ...said } = pageHeaders
  return NextResponse.next({ request: { headers }, headers: { ...said, 'content-security-policy': policy } })
}

async function takeMessages(request: NextRequest): Promise<readonly string[]> {
  return updateSession(sessions, request, ({ flash }) => flash.take().map(({ text }) => text))
}
