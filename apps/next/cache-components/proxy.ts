import { sessionProxy } from '@encrypted-session/next/proxy'
import type { ProxyConfig } from 'next/server'
import { sessions } from '../src/sessions.ts'

export const proxy = sessionProxy(sessions)

export const config: ProxyConfig = {
  // Not for assets, and not for pages that Next only loads ahead.
  matcher: [{ source: '/((?!_next/|favicon.ico).*)', missing: [{ type: 'header', key: 'next-router-prefetch' }] }],
}
