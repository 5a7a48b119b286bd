import { notFromPage } from './body-error.ts'
import { isFormType } from './form.ts'

/** A JSON or form body, for frameworks that leave reading to the handler; `undefined` without one. Throws a `BodyError` for text that is no JSON. */
export async function readBody(request: Request): Promise<unknown> {
  const contentType = request.headers.get('content-type')
  const text = await request.text()
  if (isFormType(contentType)) return Object.fromEntries(new URLSearchParams(text))
  if (text === '' || contentType?.startsWith('application/json') !== true) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw notFromPage('body must be JSON')
  }
}
