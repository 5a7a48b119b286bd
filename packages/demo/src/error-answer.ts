import { type Answer, jsonAnswer, type Look, problemAnswer } from './answer.ts'
import { errorBody, headersOf, isTold, problemOf, statusOf } from './told-error.ts'

/** Who is to be answered. */
export interface Asker extends Look {
  /** Forms want a page, programs want JSON. */
  readonly wants: 'page' | 'json'
}

/** The answer to an error: a page for the form it came from, JSON for a program. What went wrong here and not there is JSON without details, to be logged by the app. */
export function errorAnswer(error: unknown, asker: Asker): Answer {
  const headers = { ...headersOf(error), 'cache-control': 'no-store' }
  return asker.wants === 'page' && isTold(error)
    ? problemAnswer(problemOf(error), headers, asker)
    : jsonAnswer(statusOf(error), headers, errorBody(error))
}
