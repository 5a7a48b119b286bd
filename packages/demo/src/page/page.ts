import { renderBreaking } from './breaking.ts'
import { renderBrowserSide, renderServerSide } from './cookie.ts'
import { renderDocument } from './document.ts'
import { renderEvents } from './events.ts'
import { html, type Html } from './html.ts'
import { renderUsing } from './using.ts'
import type { PageView } from './view.ts'
import { renderWho } from './who.ts'

/** The page of the demo. */
export function renderPage(view: PageView): string {
  const { site, theme } = view
  return renderDocument(`EncryptedSession on ${site.framework}`, site.framework, theme, content(view))
}

function content(view: PageView): Html {
  return html`${view.flash.map((text) => html`<p class="flash" role="status"><b>Message</b> ${text} <span>Shown once; taken out of the session.</span></p>`)}
    <section class="hero" aria-labelledby="title">
      <div>
        <h1 id="title">Your browser keeps the session. Only the server can read it.</h1>
        <p class="lead">
          No database: every request brings the session along, and the server opens it with its
          key.${view.site.hasRevocation ? ' Its process keeps a list of sessions that were logged out, so that a copy of such a cookie is refused.' : undefined}
        </p>
        ${view.site.hasTemporaryKey ? temporaryKey() : undefined}
      </div>
      ${renderWho(view)}
    </section>
    <div class="sides">${renderSides(view)}</div>
    ${renderUsing(view)} ${renderBreaking(view)} ${renderEvents(view.events)}`
}

/** The cookie from both sides. */
export function renderSides(view: PageView): Html {
  return html`${renderBrowserSide(view)} ${keyMark()} ${renderServerSide(view)}`
}

/** What turns one side into the other. */
function keyMark(): Html {
  return html`<svg class="key" viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="7.5" cy="12" r="4" />
    <path d="M11.5 12H21M17.5 12v3.5M21 12v2.5" />
  </svg>`
}

function temporaryKey(): Html {
  return html`<p class="hint">
    The key was made for this run: all sessions end when the server stops. Set <code>SESSION_KEYS</code> to keep them.
  </p>`
}
