import { renderDocument } from './document.ts'
import { html, type Html } from './html.ts'
import type { Site, Theme } from './view.ts'

/** Why a form was not accepted. */
export interface Problem {
  readonly status: number
  /** One sentence for the visitor. */
  readonly message: string
  /** Bytes by field of a session that is too large. */
  readonly fields?: Readonly<Record<string, number>>
}

/** The answer to a form that was not accepted. */
export function renderProblem(problem: Problem, site: Site, theme: Theme): string {
  return renderDocument(
    `${problem.status}: ${TITLES[problem.status] ?? 'Not done'}`,
    site.framework,
    theme,
    content(problem),
  )
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'That form is not complete',
  403: 'Not from this page',
  413: 'That does not fit into the session',
  501: 'That needs a revocation store',
}

function content({ status, message, fields }: Problem): Html {
  return html`<section class="card problem" aria-labelledby="title">
    <h1 id="title">${TITLES[status] ?? 'Not done'}</h1>
    <p>${message}</p>
    ${fields === undefined ? undefined : sizes(fields)}
    <p><a class="button primary" href="/">Back to the session</a></p>
    <p class="hint">Answered with status ${status}. Nothing was written; your session is as it was.</p>
  </section>`
}

function sizes(fields: Readonly<Record<string, number>>): Html {
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
