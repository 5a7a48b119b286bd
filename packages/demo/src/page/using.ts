import type { Plain } from '../plain.ts'
import { html, type Html } from './html.ts'
import { result, type Said } from './result.ts'
import type { PageView } from './view.ts'

/** What a visitor does in an ordinary application. Every button is one form, so it works without a script. */
export function renderUsing(view: PageView): Html {
  const { session } = view
  const effect = deedSaid(view)
  return html`<section class="group" aria-labelledby="use">
    <h2 id="use">Use the session</h2>
    <div class="cards">
      <section class="card" aria-labelledby="cart">
        <h3 id="cart">Cart</h3>
        ${cart(field(session.data, 'cart'))}
        <form class="row" action="/api/cart#cart" method="post">
          <label>Item <input name="item" value="Tea" required maxlength="200" autocomplete="off" /></label>
          <button>Add to cart</button>
        </form>
      </section>
      <section class="card" aria-labelledby="messages">
        <h3 id="messages">Message for the next page</h3>
        <p>Shown once, then gone.</p>
        <form class="row" action="/api/flash" method="post">
          <label>Message <input name="message" value="Saved" required maxlength="200" autocomplete="off" /></label>
          <button>Leave message</button>
        </form>
      </section>
      <section class="card" aria-labelledby="note">
        <h3 id="note">Anything else</h3>
        <p>A note; bytes, dates, maps, sets, big integers; a new id, as after a change of rights.</p>
        <form class="row" action="/api/note?did=note#note" method="post">
          <label>Note <input name="text" value="${text(field(session.data, 'note'))}" autocomplete="off" /></label>
          <button>Keep note</button>
        </form>
        <div class="row">
          <form action="/api/types?did=types#note" method="post"><button>Store typed values</button></form>
          <form action="/api/regenerate?did=id#note" method="post"><button>New id</button></form>
        </div>
        ${effect === undefined ? undefined : result(effect)}
      </section>
    </div>
  </section>`
}

/** What the last deed changed, as far as it is so: the address that asks for it may be old. */
export function deedSaid({ did, session, types, lastWrite }: PageView): Said | undefined {
  if (session.cookie === null) return undefined
  const good = (sentence: string): Said => ({ tone: 'good', sentence })
  const bytes = `the cookie has ${session.cookie.bytes.toLocaleString('en')} bytes now.`
  if (did === 'note' && field(session.data, 'note') !== undefined) return good(`Kept: ${bytes}`)
  if (did === 'types' && types.ok) return good(`Five kinds of values, all came back; ${bytes}`)
  if (did === 'id' && lastWrite?.reason === 'regenerated') return good(`New id: ${session.id.slice(0, 8)}…`)
  return undefined
}

function cart(entries: Plain | undefined): Html {
  if (!isList(entries) || entries.length === 0) return html`<p>Empty.</p>`
  return html`<ul class="cart">
    ${entries.map((entry) => html`<li><span>${text(field(entry, 'item'))}</span> <b>${text(field(entry, 'qty'))}</b></li>`)}
  </ul>`
}

function field(value: Plain, name: string): Plain | undefined {
  if (typeof value !== 'object' || value === null || isList(value)) return undefined
  return Object.hasOwn(value, name) ? value[name] : undefined
}

function isList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value)
}

function text(value: Plain | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
