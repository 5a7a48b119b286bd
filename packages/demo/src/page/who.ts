import { html, type Html } from './html.ts'
import type { PageView } from './view.ts'

/** Who is signed in, and the way in or out. */
export function renderWho({ session, persistent, site }: PageView): Html {
  return session.subject === null ? signedOut() : signedIn(session.subject, persistent, site.hasRevocation)
}

function signedOut(): Html {
  return html`<section class="card who" aria-labelledby="who">
    <h2 id="who">Nobody is signed in</h2>
    <form class="row" action="/api/login" method="post">
      <label>Your name <input name="name" value="Ada" required maxlength="60" autocomplete="username" /></label>
      <button class="primary">Sign in</button>
    </form>
    <p class="hint">Any name will do.</p>
  </section>`
}

function signedIn(name: string, persistent: boolean, hasRevocation: boolean): Html {
  return html`<section class="card who" aria-labelledby="who">
    <h2 id="who">Signed in as <em>${name}</em></h2>
    <div class="row">
      <form action="/api/logout" method="post"><button class="primary">Log out</button></form>
      <form action="/api/logout-everywhere" method="post"><button>Log out everywhere</button></form>
    </div>
    <form class="switch" action="/api/persistent" method="post">
      <button name="value" value="${persistent ? 'false' : 'true'}" role="switch" aria-checked="${String(persistent)}">
        Stay signed in when the browser closes
      </button>
    </form>
    ${hasRevocation ? undefined : html`<p class="hint">Logging out everywhere needs a revocation store: <code>REVOCATION=memory</code>.</p>`}
  </section>`
}
