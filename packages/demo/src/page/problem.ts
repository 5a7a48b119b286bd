import { renderDocument } from './document.ts'
import { html, type Html } from './html.ts'
import type { Site, Theme } from './view.ts'

/** Why a form was not accepted. */
export interface Problem {
  readonly status: number
  /** One sentence for the visitor. */
  readonly message: string
  /** How large the session would be; said instead of `message`. */
  readonly tooLarge?: TooLarge
}

/** What a `SessionTooLargeError` says. */
export interface TooLarge {
  readonly size: number
  readonly limit: number
  /** Bytes by field, the largest first. */
  readonly fields: Readonly<Record<string, number>>
}

/** The answer to a form that was not accepted. */
export function renderProblem(problem: Problem, site: Site, theme: Theme): string {
  return renderDocument(`${problem.status}: ${problemTitle(problem)}`, site.framework, theme, content(problem))
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'That form is not complete',
  403: 'Not from this page',
  404: 'There is no such page',
  409: 'There is nothing to do that with',
  413: 'That does not fit into the session',
  501: 'That needs a revocation store',
}

/** The heading of a problem. */
export function problemTitle({ status }: Problem): string {
  return TITLES[status] ?? 'Not done'
}

/** What a problem is, in one sentence. */
export function problemSentence({ message, tooLarge }: Problem): string {
  return tooLarge === undefined ? message : howMuch(tooLarge)
}

function content(problem: Problem): Html {
  const { status, tooLarge } = problem
  return html`<section class="card problem" aria-labelledby="title">
    <h1 id="title">${problemTitle(problem)}</h1>
    <p>${problemSentence(problem)}</p>
    ${tooLarge === undefined ? undefined : sizes(tooLarge.fields)}
    <p><a class="button primary" href="/">Back to the session</a></p>
    <p class="hint">Answered with status ${status}. Nothing was written; your session is as it was.</p>
  </section>`
}

// Two cookies of which browsers keep 4096 bytes each: a limit above that counts the bytes before they are sealed.
const TWO_COOKIES = 2 * 4096

function howMuch({ size, limit }: TooLarge): string {
  const [needed, held] = [size.toLocaleString('en'), limit.toLocaleString('en')]
  return limit <= TWO_COOKIES
    ? `It would need ${needed} characters; two cookies hold ${held}.`
    : `It would have ${needed} bytes; ${held} is the most.`
}

function sizes(fields: TooLarge['fields']): Html {
  const rows = Object.entries(fields).map(
    ([name, bytes]) =>
      html`<tr>
        <th scope="row"><code>${name}</code></th>
        <td>${bytes.toLocaleString('en')}</td>
      </tr>`,
  )
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Field</th>
        <th scope="col">Bytes</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}
