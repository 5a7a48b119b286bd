import type { SetCookie } from '@encrypted-session/core'

/** The cookies that go out with a response: of one name, the last. */
export class WrittenCookies {
  readonly #latest = new Map<string, SetCookie>()

  constructor(cookies: readonly SetCookie[] = []) {
    for (const cookie of cookies) this.add(cookie)
  }

  get isEmpty(): boolean {
    return this.#latest.size === 0
  }

  get all(): readonly SetCookie[] {
    return [...this.#latest.values()]
  }

  add(cookie: SetCookie): void {
    this.#latest.set(cookie.name, cookie)
  }

  /** The Cookie header that a browser sends which had this one and has received these cookies: all others stay as they are, to the letter. */
  carriedBy(header: string): string {
    const kept = header
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair !== '' && !this.#latest.has(nameOf(pair)))
    const added = this.all.filter(({ maxAge }) => maxAge !== 0).map(({ name, value }) => `${name}=${value}`)
    return [...kept, ...added].join('; ')
  }
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0]?.trim() ?? ''
}
