'use server'

import { COPY_COOKIE, isTold, problemOf, replayBody, replayed, replaySaid, themeBody } from '@encrypted-session/demo'
import { readSession, updateSession } from '@encrypted-session/next'
import { refresh } from 'next/cache'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import * as changes from '../changes.ts'
import { keepCopy, keepTheme, tamper } from '../kept-cookies.ts'
import { sessions, site } from '../sessions.ts'
import { type Outcome, problemTexts } from './outcome.ts'

export async function signIn(_before: Outcome | undefined, form: FormData) {
  return change(changes.login, form)
}

export async function logOut(_before: Outcome | undefined, form: FormData) {
  return change(changes.logout, form)
}

export async function logOutEverywhere(_before: Outcome | undefined, form: FormData) {
  return change(changes.logoutEverywhere, form)
}

export async function setPersistent(_before: Outcome | undefined, form: FormData) {
  return change(changes.staySignedIn, form)
}

export async function addToCart(_before: Outcome | undefined, form: FormData) {
  return change(changes.fillCart, form)
}

export async function keepNote(_before: Outcome | undefined, form: FormData) {
  return (await change(changes.keepNote, form)) ?? redirect('/?did=note#note')
}

export async function storeTypes(_before: Outcome | undefined, form: FormData) {
  return (await change(changes.storeTypes, form)) ?? redirect('/?did=types#note')
}

export async function changeId(_before: Outcome | undefined, form: FormData) {
  return (await change(changes.changeId, form)) ?? redirect('/?did=id#note')
}

export async function writeTooMuch(_before: Outcome | undefined, form: FormData) {
  return change(changes.writeTooMuch, form)
}

export async function tamperWithCookie() {
  return attempt(tamper)
}

export async function copyCookie() {
  return attempt(keepCopy)
}

export async function presentCopy() {
  return attempt(async () => {
    const [store, view] = await Promise.all([cookies(), readSession(sessions)])
    const { cookie } = replayBody({ cookie: store.get(COPY_COOKIE)?.value })
    const replay = await replayed(sessions, cookie, view.kind === 'session' ? view.id : '')
    return { said: replaySaid({ replay, site }) }
  })
}

export async function chooseTheme(form: FormData) {
  await keepTheme(themeBody(Object.fromEntries(form)).theme)
}

/** Changes the session as the form asks. */
async function change(apply: changes.Change, form: FormData): Promise<Outcome | undefined> {
  return attempt(async () => {
    await updateSession(sessions, (session) => apply(session, Object.fromEntries(form)))
  })
}

/** A refusal is something to say; other errors are thrown on. */
async function attempt(work: () => Promise<Outcome | void>): Promise<Outcome | undefined> {
  // What the page shows is more than the session: the events, too.
  refresh()
  try {
    return (await work()) ?? undefined
  } catch (error) {
    if (!isTold(error)) throw error
    return { problem: problemTexts(problemOf(error)) }
  }
}
