import { expect, it } from 'vitest'
import { html } from './html.ts'

const ATTACK = `<b title="x" onclick='y'>&`
const ESCAPED = '&lt;b title=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;'

it('escapes texts, in attributes too', () => {
  expect(html`<i title="${ATTACK}">${ATTACK}</i>`.markup).toBe(`<i title="${ESCAPED}">${ESCAPED}</i>`)
})

it('keeps markup, joins lists and leaves out what is absent', () => {
  expect(html`<i>${[html`<b>${1}</b>`, html`${ATTACK}`]}${undefined}</i>`.markup).toBe(`<i><b>1</b>${ESCAPED}</i>`)
})
