'use server'

import type { Session } from '@encrypted-session/core'
import { addToCart, type Visit } from '@encrypted-session/demo'
import { updateSession } from '@encrypted-session/next'
import { notFound, redirect } from 'next/navigation'
import { sessions, hasTestRoutes } from '../../../../sessions.ts'
import { endings, isEnding } from '../../../test/endings.ts'

/** Changes the session and ends as `how` says: inside of `updateSession`, or with "later" after it. */
export async function run(form: FormData): Promise<void> {
  if (!hasTestRoutes) notFound()
  const asked = form.get('how')
  const [how, when] = typeof asked === 'string' ? asked.split(' ') : []
  if (how === 'twice') {
    await Promise.all([buy('Tea'), buy('Milk'), buy('Tea')])
  } else if (how === 'destroy') {
    await updateSession(sessions, (session) => {
      session.destroy()
      if (when === 'error') endings.error()
    })
  } else if (how === 'message') {
    await updateSession(sessions, ({ flash }) => {
      flash.add('info', 'From an action')
      redirect('/')
    })
  } else if (isEnding(how)) {
    await updateSession(sessions, (session) => {
      session.data.note = how
      if (when !== 'later') endings[how]()
    })
    endings[how]()
  }
}

async function buy(item: string): Promise<void> {
  await updateSession(sessions, async (session: Session<Visit>) => {
    // Long enough for the others to come between, if they could.
    await new Promise((resolve) => setTimeout(resolve, 20))
    addToCart(session.data, item)
  })
}
