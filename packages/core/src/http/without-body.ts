import { CACHE_HEADERS } from '../cookie/caching.ts'

const OF_THE_BODY = [
  ...CACHE_HEADERS,
  'accept-ranges',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'transfer-encoding',
]

/**
 * What is left of a response that an error replaces: its headers, without what they say of the body and of storing it.
 * For authors of adapters whose framework gives such headers to the error's answer.
 */
export function withoutBody(response: Response): Response {
  const headers = new Headers(response.headers)
  for (const name of OF_THE_BODY) headers.delete(name)
  return new Response(null, { headers })
}
