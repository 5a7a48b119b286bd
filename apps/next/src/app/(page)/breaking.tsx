import { hasTampered, type PageView, TAMPERED, whyNotCopied } from '@encrypted-session/demo'
import { copyCookie, presentCopy, tamperWithCookie, writeTooMuch } from '../actions.ts'
import { ActionForm } from './action-form.tsx'
import { Result } from './result.tsx'

/** What an attacker, or a careless application, would try. None of it is part of an application. */
export function Breaking({ view }: { readonly view: PageView }) {
  return (
    <section className="group" aria-labelledby="break">
      <h2 id="break">Try to break it</h2>
      <div className="cards">
        <TamperCard view={view} />
        <ReplayCard view={view} />
        <section className="card" aria-labelledby="large">
          <h3 id="large">Put in too much</h3>
          <p>
            Browsers drop a cookie that is too large, silently. Here the write is refused with the size of every field,
            and the session stays as it was.
          </p>
          <ActionForm action={writeTooMuch}>
            <button>Write a note of 12 kB</button>
          </ActionForm>
        </section>
      </div>
    </section>
  )
}

function TamperCard({ view }: { readonly view: PageView }) {
  const isTampered = hasTampered(view)
  const isNew = view.held.length === 0
  return (
    <section className="card" aria-labelledby="tamper">
      <h3 id="tamper">Change one character</h3>
      <p>As with the browser's developer tools. The server believes all of a cookie or nothing of it.</p>
      <ActionForm action={tamperWithCookie}>
        <button disabled={isNew} aria-describedby={isNew ? 'why-tamper' : undefined}>
          {isTampered ? 'Change it back' : 'Change one character'}
        </button>
      </ActionForm>
      {isNew && (
        <p className="hint" id="why-tamper">
          There is no cookie to change: sign in first.
        </p>
      )}
      {isTampered && <Result said={TAMPERED} />}
    </section>
  )
}

function ReplayCard({ view }: { readonly view: PageView }) {
  const { copy } = view
  const whyNoCopy = whyNotCopied(view)
  return (
    <section className="card" aria-labelledby="replay">
      <h3 id="replay">Replay a stolen copy</h3>
      <p>Keep a copy of the cookie, as a thief would. Log out. Then present the copy.</p>
      <div className="row">
        <ActionForm action={copyCookie}>
          <button
            disabled={whyNoCopy !== undefined}
            aria-describedby={whyNoCopy === undefined ? undefined : 'why-copy'}
          >
            Keep a copy
          </button>
        </ActionForm>
        <ActionForm action={presentCopy}>
          <button disabled={copy === undefined} aria-describedby={copy === undefined ? 'why-present' : undefined}>
            Present the copy
          </button>
        </ActionForm>
      </div>
      {whyNoCopy !== undefined && (
        <p className="hint" id="why-copy">
          {whyNoCopy}
        </p>
      )}
      {copy === undefined ? (
        <p className="hint" id="why-present">
          Nothing to present yet: keep a copy first.
        </p>
      ) : (
        <p className="hint">
          A copy is kept that ends in <code>{copy.slice(-8)}</code>.
        </p>
      )}
    </section>
  )
}
