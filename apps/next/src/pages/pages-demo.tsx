import { updateSession } from '@encrypted-session/next/pages'
import type { GetServerSideProps } from 'next'
import Head from 'next/head'
import { sessions } from '../sessions.ts'

interface PagesDemoProps {
  readonly name: string | null
  readonly visits: number
}

export const getServerSideProps: GetServerSideProps<PagesDemoProps> = async (context) => ({
  props: await updateSession(sessions, context, ({ data }) => {
    data.visits += 1
    return { name: data.user?.name ?? null, visits: data.visits }
  }),
})

/** The same session in the Pages Router. */
export default function PagesDemo({ name, visits }: PagesDemoProps) {
  return (
    <main>
      <Head>
        <title>EncryptedSession in the Pages Router</title>
      </Head>
      <section className="card problem" aria-labelledby="title">
        <h1 id="title">{name === null ? 'Nobody is signed in' : `Signed in as ${name}`}</h1>
        <p>
          The session of the Pages Router is the same. It has counted {visits} {visits === 1 ? 'visit' : 'visits'}.
        </p>
        <p>
          <a className="button primary" href="/">
            Back to the session
          </a>
        </p>
      </section>
    </main>
  )
}
