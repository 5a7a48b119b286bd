import { html, type Html } from './html.ts'

/** What came of a click. */
export interface Said {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly sentence: string
}

/** One sentence on what came of a click, beside what was clicked. */
export function result({ tone, sentence }: Said): Html {
  return html`<p class="result ${tone}" role="status">${sentence}</p>`
}
