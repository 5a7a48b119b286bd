'use client'

/** What a component threw: Next tells the browser nothing of it but a number for the log. */
export default function ErrorPage({ error }: { readonly error: Error & { readonly digest?: string } }) {
  return (
    <section className="card problem" aria-labelledby="title">
      <h1 id="title">That did not work</h1>
      <p>
        The server could not make this page now. Your session is as it was.{' '}
        {error.digest !== undefined && (
          <>
            The log of the server knows more under <code>{error.digest}</code>.
          </>
        )}
      </p>
      <p>
        <a className="button primary" href="/">
          Try again
        </a>
      </p>
    </section>
  )
}
