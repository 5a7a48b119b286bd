import { stylesheet } from '@encrypted-session/demo'

export function GET() {
  return new Response(stylesheet, { headers: { 'content-type': 'text/css; charset=utf-8' } })
}
