import { notFound } from 'next/navigation'
import { hasTestRoutes } from '../../../../sessions.ts'
import { run } from './run.ts'

/** A form for the tests, which say what its action is to do. */
export default function Page() {
  if (!hasTestRoutes) notFound()
  return (
    <form action={run}>
      <input name="how" />
    </form>
  )
}
