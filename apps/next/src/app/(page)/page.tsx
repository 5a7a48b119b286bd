import { deedOf, renderEvents, renderSides } from '@encrypted-session/demo'
import { Breaking } from './breaking.tsx'
import { KeepFocus } from './keep-focus.tsx'
import { pageView } from './page-view.ts'
import { Shared } from './shared.tsx'
import { Using } from './using.tsx'
import { Who } from './who.tsx'

interface PageProps {
  readonly searchParams: Promise<{ readonly did?: string | string[] }>
}

/** The page of the demo. */
export default async function Page({ searchParams }: PageProps) {
  const { did } = await searchParams
  const { view, data } = await pageView(deedOf(did))
  const { site, flash, events } = view
  return (
    <>
      {flash.map((text, index) => (
        <p className="flash" role="status" key={index}>
          <b>Message</b> {text} <span>Shown once; taken out of the session.</span>
        </p>
      ))}
      <section className="hero" aria-labelledby="title">
        <div>
          <h1 id="title">Your browser keeps the session. Only the server can read it.</h1>
          <p className="lead">
            No database: every request brings the session along, and the server opens it with its key.
            {site.hasRevocation &&
              ' Its process keeps a list of sessions that were logged out, so that a copy of such a cookie is refused.'}
          </p>
          {site.hasTemporaryKey && (
            <p className="hint">
              The key was made for this run: all sessions end when the server stops. Set <code>SESSION_KEYS</code> to
              keep them.
            </p>
          )}
        </div>
        <Who view={view} />
      </section>
      <Shared className="sides" markup={renderSides(view)} />
      <Using view={view} data={data} />
      <Breaking view={view} />
      <Shared markup={renderEvents(events)} />
      <KeepFocus answer={events[0]?.id ?? 0} />
    </>
  )
}
