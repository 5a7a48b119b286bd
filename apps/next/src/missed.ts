import { notFoundAnswer } from '@encrypted-session/demo'
import type { NextRequest } from 'next/server'
import { site } from './sessions.ts'

/** The answer where there is no route. */
export function missed({ method, url, headers, cookies }: NextRequest): Response {
  const request = { method, url, accept: headers.get('accept') }
  const { status, headers: sent, body } = notFoundAnswer(request, { site, theme: cookies.get('theme')?.value })
  return new Response(body, { status, headers: sent })
}
