import { html, type Html } from './html.ts'
import type { Theme } from './view.ts'

/** A whole document: what stands around the content of every page. */
export function renderDocument(title: string, framework: string, theme: Theme, content: Html): string {
  const { markup } = html`<!doctype html>
    <html lang="en" data-theme="${theme}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/page.css" />
        <script src="/page.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <p class="brand">
            <a href="/">${mark()}<b>EncryptedSession</b></a
            ><span>on ${framework}</span>
          </p>
          <form class="theme" action="/theme" method="post">
            <fieldset>
              <legend>Colours</legend>
              ${(['auto', 'light', 'dark'] as const).map((each) => themeButton(each, theme))}
            </fieldset>
          </form>
        </header>
        <main id="main" tabindex="-1">${content}</main>
        <footer class="foot">
          <p>
            A demo prints its cookie so that you can look at it. An application never does: the cookie is HttpOnly so
            that no script can read it.
          </p>
          <p><a href="/api/session">This session as JSON</a></p>
        </footer>
        <p id="spoken" class="unseen" role="status"></p>
      </body>
    </html> `
  return markup
}

/** Colours, scripts and frames that a page may have. Everything is served from here, nothing is inline. */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The icon of the page. */
export const icon: string =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#17625b"/>' +
  '<path d="M5 7V5.6a3 3 0 0 1 6 0V7" fill="none" stroke="#fff" stroke-width="1.5"/><rect x="4" y="7" width="8" height="5.5" rx="1.2" fill="#fff"/></svg>'

function mark(): Html {
  return html`<svg viewBox="0 0 16 16" width="22" height="22" aria-hidden="true">
    <rect class="mark-ground" width="16" height="16" rx="4" />
    <path class="mark-bow" d="M5 7V5.6a3 3 0 0 1 6 0V7" />
    <rect class="mark-body" x="4" y="7" width="8" height="5.5" rx="1.2" />
  </svg>`
}

function themeButton(theme: Theme, current: Theme): Html {
  return html`<button name="theme" value="${theme}" aria-pressed="${String(theme === current)}">${theme}</button>`
}
