import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** No deadlines: connections wait for their turn, and under a counter that slows everything down a request takes long. */
export const PATIENT: Readonly<Record<'keepAliveTimeout' | 'requestTimeout' | 'headersTimeout', number>> = {
  keepAliveTimeout: 0,
  requestTimeout: 0,
  headersTimeout: 0,
}

/** The port that it listens on. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // The cast is right for a server that listens on a port.
  return (server.address() as AddressInfo).port
}
