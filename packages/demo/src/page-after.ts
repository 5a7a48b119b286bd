import { deedOf } from './page/view.ts'

/** Where a form goes after its deed: the page's own forms say in their address which sentence to show there. */
export function pageAfter(url: string): string {
  // A path alone is an address too.
  const did = deedOf(URL.parse(url, 'http://localhost')?.searchParams.get('did'))
  return did === undefined ? '/' : `/?did=${did}`
}
