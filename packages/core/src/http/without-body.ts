import { BODY_HEADERS } from './body-headers.ts'

/**
 * What is left of a response that an error replaces: its headers, without what they say of the body and of storing it.
 * For authors of adapters whose framework gives such headers to the error's answer.
 */
export function withoutBody(response: Response): Response {
  const headers = new Headers(response.headers)
  // The last one is Node's own to set and to leave out.
  for (const name of [...BODY_HEADERS, 'transfer-encoding']) headers.delete(name)
  return new Response(null, { headers })
}
