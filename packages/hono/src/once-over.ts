/** Calls back when the response is over, where the server lets one know. */
export function onceOver(env: unknown, finish: () => void): void {
  // The cast names what `@hono/node-server` and `Deno.serve` give; elsewhere it holds other things, or nothing.
  const { outgoing, completed } = (env ?? {}) as {
    readonly outgoing?: { once?(event: 'close', listener: () => void): unknown }
    readonly completed?: { then?(settled: () => void, failed: () => void): unknown }
  }
  outgoing?.once?.('close', finish)
  completed?.then?.(finish, finish)
}
