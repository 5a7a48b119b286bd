/** Markup that is safe to send: every text in it was escaped. Only {@link html} makes it. */
export interface Html {
  readonly markup: string
}

/** What may stand in a template: texts are escaped, markup is kept, lists are joined, `undefined` is nothing. */
export type Slot = string | number | Html | readonly Html[] | undefined

/** Markup from a template. Session data is chosen by visitors, so every text that goes in is escaped, in attributes too (which need quotes). */
export function html(literals: TemplateStringsArray, ...slots: readonly Slot[]): Html {
  return { markup: literals.reduce((markup, literal, index) => markup + rendered(slots[index - 1]) + literal) }
}

function rendered(slot: Slot): string {
  if (slot === undefined) return ''
  if (typeof slot === 'string' || typeof slot === 'number') return escaped(String(slot))
  return isList(slot) ? slot.map(({ markup }) => markup).join('') : slot.markup
}

function isList(slot: Html | readonly Html[]): slot is readonly Html[] {
  return Array.isArray(slot)
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
