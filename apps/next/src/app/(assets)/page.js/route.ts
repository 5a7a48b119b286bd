import { liveScript } from '@encrypted-session/demo'

// Only a part of what other demos serve here: React sends the forms.
export function GET() {
  return new Response(liveScript, { headers: { 'content-type': 'text/javascript; charset=utf-8' } })
}
