/** Calls back after a while, and keeps no process from ending before. Answers what calls it off. */
export function later(call: () => void, milliseconds: number): () => void {
  const timer: unknown = setTimeout(call, milliseconds)
  // The casts say what a timer is: Node's have a method, elsewhere they are numbers.
  ;(timer as { unref?: () => void }).unref?.()
  return () => {
    clearTimeout(timer as number)
  }
}
