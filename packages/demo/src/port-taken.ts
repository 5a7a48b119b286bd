/** One line for a server that could not listen because another listens there already; `undefined` for any other error. */
export function portTaken(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return undefined
  const port = 'port' in error ? Number(error.port) : 0
  return `port ${port} is taken: PORT=${port + 1} listens on the next, PORT=0 on any that is free`
}
