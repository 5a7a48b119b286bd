import { themeOf } from '@encrypted-session/demo'
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { chooseTheme } from '../actions.ts'
import { Mark } from './mark.tsx'

export const metadata: Metadata = {
  title: 'EncryptedSession on Next.js',
  other: { 'color-scheme': 'light dark' },
}

/** What stands around the content of every page. */
export default async function Layout({ children }: { readonly children: ReactNode }) {
  const store = await cookies()
  const theme = themeOf(store.get('theme')?.value)
  return (
    <html lang="en" data-theme={theme}>
      <head>
        {/* Not in the metadata, which Next may send later than the browser looks for an icon. */}
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/page.css" precedence="default" />
        <script src="/page.js" defer />
      </head>
      <body>
        <a className="skip" href="#main">
          Skip to the content
        </a>
        <header className="top">
          <p className="brand">
            <a href="/">
              <Mark />
              <b>EncryptedSession</b>
            </a>
            <span>on Next.js</span>
          </p>
          <form className="theme" action={chooseTheme}>
            <fieldset>
              <legend>Colours</legend>
              {(['auto', 'light', 'dark'] as const).map((each) => (
                <button key={each} name="theme" value={each} aria-pressed={each === theme}>
                  {each}
                </button>
              ))}
            </fieldset>
          </form>
        </header>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <footer className="foot">
          <p>
            A demo prints its cookie so that you can look at it. An application never does: the cookie is HttpOnly so
            that no script can read it.
          </p>
          <p>
            <a href="/api/session">This session as JSON</a>
            <br />
            <a href="/pages-demo">In the Pages Router</a>
            <br />
            <a href="/prerendered">On a page that was made before</a>
          </p>
        </footer>
      </body>
    </html>
  )
}
