const HEADER = 'x-messages'

/** Hands texts on to the page: in a header of the request, which is the proxy's way to tell a page something. */
export function passMessages(headers: Headers, texts: readonly string[]): void {
  // Also where there are none: what a visitor sends under this name is not to be believed.
  headers.set(HEADER, encodeURIComponent(JSON.stringify(texts)))
}

/** The texts that the proxy has handed on. What goes round the proxy, as a prefetch does, may bring anything: of that, none. */
export function passedMessages(headers: Pick<Headers, 'get'>): readonly string[] {
  const texts = parsed(headers.get(HEADER) ?? '')
  return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : []
}

function parsed(header: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(header))
  } catch {
    return undefined
  }
}
