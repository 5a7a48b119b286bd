/** One line for a server that could not listen because another listens there already; `undefined` for any other error. */
export function portTaken(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return undefined
  const port = 'port' in error ? Number(error.port) : Number.NaN
  // Bun and Deno do not say which.
  if (!(port > 0)) return 'the port is taken: PORT=0 listens on any that is free'
  return `port ${port} is taken: PORT=${port + 1} listens on the next, PORT=0 on any that is free`
}
