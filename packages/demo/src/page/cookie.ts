import { html, type Html } from './html.ts'
import { lengthOf, timeOf } from './moments.ts'
import { printed } from './printed.ts'
import { type PartName, type Stretch, stretches, type TokenPart, tokenParts } from './token-parts.ts'
import type { PageView } from './view.ts'

/** The cookie as the browser holds it: text that says nothing, and what its stretches are. */
export function renderBrowserSide(view: PageView): Html {
  const { held } = view
  return html`<section class="card side" aria-labelledby="holds">
    <header>
      <h2 id="holds">What your browser holds</h2>
      <p>Text without meaning: the key is not in it.</p>
    </header>
    ${held.length === 0 ? noCookie() : cookie(view)}
  </section>`
}

/** The same cookie, opened. */
export function renderServerSide(view: PageView): Html {
  const { session, held } = view
  return html`<section class="card side" aria-labelledby="reads">
    <header>
      <h2 id="reads">What the server reads out of it</h2>
      <p>Opened with the server’s key. No database was asked.</p>
    </header>
    ${session.cookie !== null ? opened(view, session.cookie.keyId) : held.length === 0 ? nothing() : refused()}
  </section>`
}

function noCookie(): Html {
  return html`<p class="empty">No cookie. A visitor who has done nothing gets none.</p>`
}

function nothing(): Html {
  return html`<p class="empty">Nothing: you are new here. Sign in, or put something in the cart.</p>`
}

function refused(): Html {
  return html`<p class="empty refused">
    <b>It does not open.</b> So you are a new visitor, and the page does not tell you why; the events below tell the
    operator. Reading deletes nothing: the cookie stays until the next change writes another.
  </p>`
}

function cookie({ held, session, persistent, lastWrite, now }: PageView): Html {
  const parts = tokenParts(held, session, lastWrite?.at ?? now)
  const bytes = held.reduce((so, { name, value }) => so + name.length + value.length, 0)
  const kept =
    session.cookie === null || !persistent
      ? 'until the browser closes'
      : `${lengthOf(session.expiresAt - now)}, also when it closes`
  return html`<dl class="facts three">
      <div>
        <dt>Name</dt>
        <dd><code>${held[0]?.name}</code></dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd>${bytes.toLocaleString('en')} bytes in ${held.length === 1 ? '1 cookie' : `${held.length} cookies`}</dd>
      </div>
      <div>
        <dt>Kept</dt>
        <dd>${kept}</dd>
      </div>
    </dl>
    ${strip(parts)}
    <ul class="legend">
      ${parts.map(legend)}
    </ul>
    <div class="token scrolls" tabindex="0" role="region" aria-label="The cookie's text">
      ${stretches(held, parts).map(cookieText)}
    </div>`
}

/** The parts to scale. Widths are attributes of the drawing: the policy of the page allows no inline style. */
function strip(parts: readonly TokenPart[]): Html {
  const total = parts.reduce((so, { bytes }) => so + bytes, 0)
  let start = 0
  const bars = parts.map(({ name, bytes }) => {
    const bar = html`<rect
      class="${name}"
      x="${percent(start / total)}"
      width="${percent(bytes / total)}"
      height="100%"
    />`
    start += bytes
    return bar
  })
  const label = parts.map(({ name, bytes }) => `${name} ${bytes} bytes`).join(', ')
  return html`<svg class="strip" role="img" aria-label="To scale: ${label}">${bars}</svg>`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`
}

const MEANINGS: Readonly<Record<PartName, string>> = {
  envelope: 'version, key id, nonce',
  claims: 'id, times, user',
  data: 'cart, note, messages',
  tag: 'fails if a bit changes',
  mark: '',
  noise: 'does not open',
}

function legend({ name, bytes }: TokenPart): Html {
  return html`<li class="${name}"><b>${name}</b> ${bytes.toLocaleString('en')} B <span>${MEANINGS[name]}</span></li>`
}

function cookieText({
  cookie: name,
  stretches: cuts,
}: {
  readonly cookie: string
  readonly stretches: readonly Stretch[]
}): Html {
  return html`<p>
    <span class="mark">${name}=</span>${cuts.map((cut) => html`<span class="${cut.name}">${cut.text}</span>`)}
  </p>`
}

const REASONS = {
  changed: 'because what it holds changed',
  regenerated: 'because it got a new id',
  rekeyed: 'because a newer key seals now',
  extended: 'because it was used, to live on',
  migrated: 'because it came from another library',
} as const

function opened({ session, lastWrite, now }: PageView, keyId: string): Html {
  const written =
    lastWrite === undefined
      ? html`before this server started; it kept no record`
      : html`${timeOf(lastWrite.at)}, ${REASONS[lastWrite.reason]}`
  return html`<dl class="facts">
      <div>
        <dt>Signed in</dt>
        <dd>${session.subject === null ? 'nobody' : html`<b>${session.subject}</b>`}</dd>
      </div>
      <div>
        <dt>Began</dt>
        <dd>${timeOf(session.createdAt)}</dd>
      </div>
      <div>
        <dt>Last written</dt>
        <dd>${written}</dd>
      </div>
      <div>
        <dt>Expires</dt>
        <dd>in ${lengthOf(session.expiresAt - now)} if it is not used</dd>
      </div>
      <div>
        <dt>Sealed by key</dt>
        <dd><code>${keyId}</code></dd>
      </div>
      <div>
        <dt>Session id</dt>
        <dd><code>${session.id}</code></dd>
      </div>
    </dl>
    <h3>Data</h3>
    <pre class="scrolls" tabindex="0" role="region" aria-label="Session data">${printed(session.data)}</pre>`
}
