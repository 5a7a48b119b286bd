import { CACHE_HEADERS } from '../cookie/caching.ts'

/** The headers that describe a body, and who may keep it: not to go out with another one. */
export const BODY_HEADERS: readonly string[] = [
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
]
