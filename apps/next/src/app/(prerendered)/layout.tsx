import type { Metadata } from 'next'
import type { ReactNode } from 'react'

export const metadata: Metadata = {
  title: 'Made when the app was built',
  icons: { icon: { url: '/icon.svg', type: 'image/svg+xml' } },
}

/** A layout that asks for no cookie: it is the same for everyone. */
export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <link rel="stylesheet" href="/page.css" precedence="default" />
      </head>
      <body>
        <main>{children}</main>
      </body>
    </html>
  )
}
