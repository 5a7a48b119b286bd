import { icon } from '@encrypted-session/demo'

export function GET() {
  return new Response(icon, { headers: { 'content-type': 'image/svg+xml' } })
}
