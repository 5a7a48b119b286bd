import type { PageView } from '@encrypted-session/demo'
import { logOut, logOutEverywhere, setPersistent, signIn } from '../actions.ts'
import { ActionForm } from './action-form.tsx'

/** Who is signed in, and the way in or out. */
export function Who({ view }: { readonly view: PageView }) {
  const { subject } = view.session
  return (
    <section className="card who" aria-labelledby="who">
      {subject === null ? <SignedOut /> : <SignedIn view={view} name={subject} />}
    </section>
  )
}

function SignedOut() {
  return (
    <>
      <h2 id="who">Nobody is signed in</h2>
      <ActionForm className="row" action={signIn}>
        <label>
          Your name <input name="name" defaultValue="Ada" required maxLength={60} autoComplete="username" />
        </label>
        <button className="primary">Sign in</button>
      </ActionForm>
      <p className="hint">Any name will do.</p>
    </>
  )
}

function SignedIn({ view, name }: { readonly view: PageView; readonly name: string }) {
  const { persistent, site } = view
  return (
    <>
      <h2 id="who">
        Signed in as <em>{name}</em>
      </h2>
      <div className="row">
        <ActionForm action={logOut}>
          <button className="primary">Log out</button>
        </ActionForm>
        <ActionForm action={logOutEverywhere}>
          <button>Log out everywhere</button>
        </ActionForm>
      </div>
      <ActionForm className="switch" action={setPersistent}>
        <button name="value" value={persistent ? 'false' : 'true'} role="switch" aria-checked={persistent}>
          Stay signed in when the browser closes
        </button>
      </ActionForm>
      {!site.hasRevocation && (
        <p className="hint">
          Logging out everywhere needs a revocation store: <code>REVOCATION=memory</code>.
        </p>
      )}
    </>
  )
}
