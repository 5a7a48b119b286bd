import { html, type Html } from './html.ts'

/** One sentence on what came of a click, beside what was clicked. */
export function result(tone: 'good' | 'warn' | 'bad', sentence: string): Html {
  return html`<p class="result ${tone}" role="status">${sentence}</p>`
}
