import type { Said } from '@encrypted-session/demo'

/** One sentence on what came of a click, beside what was clicked. */
export function Result({ said: { tone, sentence } }: { readonly said: Said }) {
  return (
    <p className={`result ${tone}`} role="status">
      {sentence}
    </p>
  )
}
