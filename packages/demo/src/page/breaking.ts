import { html, type Html } from './html.ts'
import { result, type Said } from './result.ts'
import type { PageView, Site } from './view.ts'

/** What an attacker, or a careless application, would try. None of it is part of an application. */
export function renderBreaking(view: PageView): Html {
  return html`<section class="group" aria-labelledby="break">
    <h2 id="break">Try to break it</h2>
    <div class="cards">
      ${tamperCard(view)} ${replayCard(view)}
      <section class="card" aria-labelledby="large">
        <h3 id="large">Put in too much</h3>
        <p>
          Browsers drop a cookie that is too large, silently. Here the write is refused with the size of every field,
          and the session stays as it was.
        </p>
        <form action="/oversize" method="post"><button>Write a note of 12 kB</button></form>
      </section>
    </div>
  </section>`
}

function tamperCard(view: PageView): Html {
  const { held } = view
  const isTampered = hasTampered(view)
  return html`<section class="card" aria-labelledby="tamper">
    <h3 id="tamper">Change one character</h3>
    <p>As with the browser's developer tools. The server believes all of a cookie or nothing of it.</p>
    <form action="/tamper#tamper" method="post"><button${disabled(held.length === 0, 'why-tamper')}>${isTampered ? 'Change it back' : 'Change one character'}</button></form>
    ${held.length === 0 ? html`<p class="hint" id="why-tamper">There is no cookie to change: sign in first.</p>` : undefined}
    ${isTampered ? result(TAMPERED) : undefined}
  </section>`
}

/** Whether the browser holds a cookie that does not open. */
export function hasTampered({ held, session }: PageView): boolean {
  return held.length > 0 && session.cookie === null
}

/** What is said of such a cookie. */
export const TAMPERED: Said = { tone: 'good', sentence: 'Refused. To the server you are a new visitor.' }

function replayCard(view: PageView): Html {
  const { copy } = view
  const said = replaySaid(view)
  const [whyNoCopy, whyNotPresent] = [whyNotCopied(view), whyNotPresented(view)]
  return html`<section class="card" aria-labelledby="replay">
    <h3 id="replay">Replay a stolen copy</h3>
    <p>Keep a copy of the cookie, as a thief would. Log out. Then present the copy.</p>
    <div class="row">
      <form action="/copy#replay" method="post"><button${disabled(whyNoCopy !== undefined, 'why-copy')}>Keep a copy</button></form>
      <form action="/replay#replay" method="post">
        <input type="hidden" name="cookie" value="${copy ?? ''}">
        <button${disabled(whyNotPresent !== undefined, 'why-present')}>Present the copy</button>
      </form>
    </div>
    ${whyNoCopy === undefined ? undefined : html`<p class="hint" id="why-copy">${whyNoCopy}</p>`}
    ${whyNotPresent === undefined ? copyKept(view) : html`<p class="hint" id="why-present">${whyNotPresent}</p>`}
    ${said === undefined ? undefined : result(said)}
  </section>`
}

/** Why there is nothing to copy, if so. */
export function whyNotCopied({ held, session }: PageView): string | undefined {
  if (held.length === 0) return 'There is no cookie to copy: sign in first.'
  if (held.length > 1) return 'The session takes two cookies, and this thief copies only one.'
  return session.cookie === null ? 'The cookie does not open, so a copy is worth nothing.' : undefined
}

function whyNotPresented({ copy }: PageView): string | undefined {
  return copy === undefined ? 'Nothing to present yet: keep a copy first.' : undefined
}

function copyKept({ copy, replay }: PageView): Html | undefined {
  if (copy === undefined || replay !== undefined) return undefined
  return html`<p class="hint">A copy is kept that ends in <code>${copy.slice(-8)}</code>.</p>`
}

/** What came of presenting the copy. */
export function replaySaid({ replay, site }: Pick<PageView, 'replay' | 'site'>): Said | undefined {
  if (replay === undefined) return undefined
  const who = replay.subject ?? 'a visitor who is not signed in'
  switch (replay.outcome) {
    case 'current':
      return { tone: 'warn', sentence: `It opens: it is the session you are in (${who}). Log out first.` }
    case 'opened':
      return { tone: 'bad', sentence: `Still opens, as ${who}. ${whyItOpens(site, replay.subject)}` }
    case 'refused':
      return { tone: 'good', sentence: whyRefused(site) }
    case 'unavailable':
      return { tone: 'warn', sentence: 'Not known: the revocation store does not answer.' }
  }
}

function whyRefused({ hasRevocation }: Site): string {
  return hasRevocation ? 'Refused: that session has ended.' : 'Refused: it has expired, or no key here opens it.'
}

function whyItOpens(site: Site, subject: string | null): string {
  if (!site.hasRevocation) {
    return 'No revocation store is configured, so a copy stays good until it expires. Start with REVOCATION=memory and try again.'
  }
  if (subject === null) return 'Only sessions of signed-in users are put on the list of ended ones.'
  return 'That session has not been logged out.'
}

/** A button that does nothing says why: `reason` is the id of the sentence. */
function disabled(isDisabled: boolean, reason: string): Html | undefined {
  return isDisabled ? html` disabled aria-describedby="${reason}"` : undefined
}
