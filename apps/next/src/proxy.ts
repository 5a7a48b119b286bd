import { CONTENT_SECURITY_POLICY, errorAnswer, pageHeaders, refuseForeignOrigin } from '@encrypted-session/demo'
import { sessionProxy } from '@encrypted-session/next/proxy'
import { type NextFetchEvent, type NextRequest, NextResponse, type ProxyConfig } from 'next/server'
import { takeMessages } from './messages.ts'
import { sessions, site } from './sessions.ts'

const keepAlive = sessionProxy(sessions, (request) => {
  return refused(request) ?? (isPage(request) ? page(request) : undefined)
})

export async function proxy(request: NextRequest, event: NextFetchEvent) {
  const isVisit = isPage(request) && request.method === 'GET'
  const messages = isVisit ? await takeMessages(request) : undefined
  const response = await keepAlive(request, event)
  return messages === undefined ? response : messages.apply(response)
}

export const config: ProxyConfig = {
  matcher: [
    {
      // Not assets; nor the API, whose handlers extend the session themselves; nor prefetches, which are no visits.
      source: '/((?!api/|_next/|events$|page\\.|icon\\.).*)',
      missing: [{ type: 'header', key: 'next-router-prefetch' }],
    },
  ],
}

function isPage({ nextUrl }: NextRequest): boolean {
  return nextUrl.pathname === '/'
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

/** The page may run its own scripts. Next writes some of them into it, and gives them the nonce that it finds in the request. */
function page(request: NextRequest): Response {
  const policy = CONTENT_SECURITY_POLICY.replace("script-src 'self'", `$& 'nonce-${crypto.randomUUID()}'`)
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  const { 'content-type': _type, ...said } = pageHeaders
  return NextResponse.next({ request: { headers }, headers: { ...said, 'content-security-policy': policy } })
}
