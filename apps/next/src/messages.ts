const HEADER = 'x-messages'

/** Hands texts on to the page: in a header of the request, which is the proxy's way to tell a page something. */
export function passMessages(headers: Headers, texts: readonly string[]): void {
  // Also where there are none: what a visitor sends under this name is not to be believed.
  headers.set(HEADER, encodeURIComponent(JSON.stringify(texts)))
}

/** The texts that the proxy has handed on. */
export function passedMessages(headers: Pick<Headers, 'get'>): readonly string[] {
  const header = headers.get(HEADER)
  // As written above. A prefetch goes round the proxy, and shows its own visitor what he likes.
  return header === null ? [] : (JSON.parse(decodeURIComponent(header)) as string[])
}
