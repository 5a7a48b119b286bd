import type { MaybePromise, Session } from '@encrypted-session/core'
import {
  addToCart,
  cartBody,
  flashBody,
  loginBody,
  noRevocation,
  noteBody,
  oversizeNote,
  persistentBody,
  sampleTypes,
  type Visit,
} from '@encrypted-session/demo'
import { sessions, site } from './sessions.ts'

/** What a visitor can do to the session, in a Server Action of the page or in a route handler. Throws a refusal for a body that does not fit. */
export type Change = (session: Session<Visit>, body: unknown) => MaybePromise<void>

export const login: Change = (session, body) => {
  const { name } = loginBody(body)
  session.regenerate({ subject: name })
  session.data.user = { name }
}

export const logout: Change = (session) => {
  session.destroy()
}

export const logoutEverywhere: Change = async (session) => {
  if (!site.hasRevocation) throw noRevocation()
  if (session.subject !== undefined) await sessions.revokeSubject(session.subject)
  session.destroy()
}

export const fillCart: Change = (session, body) => {
  addToCart(session.data, cartBody(body).item)
}

export const keepNote: Change = (session, body) => {
  session.data.note = noteBody(body).text
}

export const storeTypes: Change = (session) => {
  session.data.types = sampleTypes()
}

export const leaveMessage: Change = (session, body) => {
  session.flash.add('info', flashBody(body).message)
}

export const changeId: Change = (session) => {
  session.regenerate()
}

export const staySignedIn: Change = (session, body) => {
  session.persistent = persistentBody(body).value
}

export const writeTooMuch: Change = (session) => {
  session.data.note = oversizeNote()
}
