/**
 * Whether a request asks for a WebSocket (RFC 6455 §4.1). A proxy or a visitor may send any one of these with ordinary
 * requests. For authors of adapters: most servers send their own response to a handshake, where no cookie of ours is.
 */
export function isHandshake({ method, headers }: Pick<Request, 'method' | 'headers'>): boolean {
  const isUpgrade = method === 'GET' && headers.get('upgrade')?.toLowerCase() === 'websocket'
  return isUpgrade && headers.has('sec-websocket-key')
}
