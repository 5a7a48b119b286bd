import type { Html } from '@encrypted-session/demo'

/** A piece of the page that all demos share as text, in which every text was escaped. Nothing in it can be clicked, and the page's script may change it. */
export function Shared({ markup, className }: { readonly markup: Html; readonly className?: string }) {
  return <div className={className} dangerouslySetInnerHTML={{ __html: markup.markup }} suppressHydrationWarning />
}
