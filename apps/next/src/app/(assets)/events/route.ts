import { eventStream, eventStreamHeaders } from '@encrypted-session/demo'
import { log } from '../../../sessions.ts'

export function GET() {
  return new Response(eventStream(log), { headers: eventStreamHeaders })
}
