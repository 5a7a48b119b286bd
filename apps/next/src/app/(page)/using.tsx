import { deedSaid } from '@encrypted-session/demo'
import { addToCart, changeId, keepNote, storeTypes } from '../actions.ts'
import { ActionForm } from './action-form.tsx'
import type { Views } from './page-view.ts'
import { Result } from './result.tsx'

/** What a visitor does in an ordinary application. Every button is one form, so it works without a script. */
export function Using({ view, data }: Views) {
  const { cart, note } = data
  const said = deedSaid(view)
  return (
    <section className="group" aria-labelledby="use">
      <h2 id="use">Use the session</h2>
      <div className="cards">
        <section className="card" aria-labelledby="cart">
          <h3 id="cart">Cart</h3>
          {cart.length === 0 ? (
            <p>Empty.</p>
          ) : (
            <ul className="cart">
              {cart.map(({ item, qty }) => (
                <li key={item}>
                  <span>{item}</span> <b>{qty}</b>
                </li>
              ))}
            </ul>
          )}
          <ActionForm className="row" action={addToCart}>
            <label>
              Item <input name="item" defaultValue="Tea" required maxLength={200} autoComplete="off" />
            </label>
            <button>Add to cart</button>
          </ActionForm>
        </section>
        <section className="card" aria-labelledby="messages">
          <h3 id="messages">Message for the next page</h3>
          <p>Shown once, then gone.</p>
          {/* No action: what an action changes is shown at once, and there is no next page. */}
          <form className="row" action="/api/flash" method="post">
            <label>
              Message <input name="message" defaultValue="Saved" required maxLength={200} autoComplete="off" />
            </label>
            <button>Leave message</button>
          </form>
        </section>
        <section className="card" aria-labelledby="note">
          <h3 id="note">Anything else</h3>
          <p>A note; bytes, dates, maps, sets, big integers; a new id, as after a change of rights.</p>
          <ActionForm className="row" action={keepNote}>
            <label>
              Note <input name="text" defaultValue={note} autoComplete="off" />
            </label>
            <button>Keep note</button>
          </ActionForm>
          <div className="row">
            <ActionForm action={storeTypes}>
              <button>Store typed values</button>
            </ActionForm>
            <ActionForm action={changeId}>
              <button>New id</button>
            </ActionForm>
          </div>
          {said && <Result said={said} />}
        </section>
      </div>
    </section>
  )
}
