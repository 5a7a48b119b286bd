/** A page that caches may keep, until the proxy has to extend the session of somebody who looks at it. */
export default function Page() {
  return (
    <section className="card problem" aria-labelledby="title">
      <h1 id="title">Made when the app was built</h1>
      <p>
        This page does not ask who you are, so Next made it once for everyone, and caches may keep it. When it is time
        to extend your session, the proxy sends the new cookie along, and tells caches to keep nothing.
      </p>
      <p>
        <a className="button primary" href="/">
          Back to the session
        </a>
      </p>
    </section>
  )
}
