import { chunks } from '@encrypted-session/demo'
import { withSession } from '@encrypted-session/next'
import { sessions } from '../../../sessions.ts'

export const GET = withSession(sessions, (_request, { data }) => {
  data.visits += 1
  return new Response(body(), { headers: { 'content-type': 'text/plain; charset=utf-8' } })
})

function body(): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const source = chunks()
  return new ReadableStream({
    async pull(controller) {
      const { value } = await source.next()
      if (value === undefined) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
}
