import { isForeignOrigin } from '@encrypted-session/demo'
import createError from '@fastify/error'
import type { FastifyRequest } from 'fastify'

const ForeignOriginError = createError('DEMO_FOREIGN_ORIGIN', 'This request was started by another site.', 403)

/** A hook that refuses what another site's page posts. `SameSite=Lax` keeps most of that away; sibling subdomains are the same site. */
export async function refuseForeignOrigin({ method, headers, host }: FastifyRequest): Promise<void> {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
  if (isForeignOrigin(headers.origin, host)) throw new ForeignOriginError()
}
