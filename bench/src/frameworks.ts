/** A framework whose servers are measured, and what its users would pick instead of us to keep a session in a cookie. */
export interface Framework {
  readonly name: 'Fastify' | 'Koa' | 'Hono'
  readonly peer: '@fastify/secure-session' | 'koa-session' | 'hono-sessions'
  /** What the peer does less than we do, where it does. */
  readonly caveat?: string
}

/** What is in front of the handlers of a server. */
export type Variant = 'bare' | Framework['peer'] | 'encrypted-session'

/** Which server a number is about. */
export interface ServerName {
  readonly framework: Framework['name']
  readonly variant: Variant
}

export const FRAMEWORKS: readonly Framework[] = [
  { name: 'Fastify', peer: '@fastify/secure-session' },
  { name: 'Koa', peer: 'koa-session', caveat: 'signed, not encrypted' },
  { name: 'Hono', peer: 'hono-sessions' },
]

export function variantsOf({ peer }: Framework): readonly Variant[] {
  return ['bare', peer, 'encrypted-session']
}

/** The peer as a table names it. */
export function peerLabel({ peer, caveat }: Framework): string {
  return caveat === undefined ? peer : `${peer} (${caveat})`
}
