/** One way to turn a session into a cookie's value and back. */
export interface Contestant {
  readonly name: string
  /** Whether its functions answer at once. Then they are called without `await`, as their users call them. */
  readonly answers: 'at once' | 'later'
  /** How many tokens of each session are sealed beforehand, to be opened in turn. */
  readonly pool: number
  seal(data: object): string | Promise<string>
  /** Takes what {@link Contestant.received} gives and answers the data, or what holds it. */
  open(received: string): unknown
  /** The data, of what `open` has answered. Not measured. */
  data(opened: unknown): unknown
  /** A token in the form in which the server is given it. Not measured. */
  received(token: string): string
  /** The cookie's value as it is written into the header. */
  cookieValue(token: string): string
}

// The tokens of a pool are opened one after the other. So many that none is still remembered when its turn comes again: a
// cache that holds 1,000 tokens, or marks in which it notes that it has seen one, have met ten times as many others by then.
export const NEVER_SEEN = 12_000
