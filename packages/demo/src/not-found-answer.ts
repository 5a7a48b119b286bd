import { type Answer, jsonAnswer, type Look, problemAnswer } from './answer.ts'

/** A request that no route answers. */
export interface MissedRequest {
  readonly method: string
  /** An address, or a path with its query. */
  readonly url: string
  readonly accept: string | null | undefined
}

/** The answer where there is no route. People are known by their Accept header. */
export function notFoundAnswer({ method, url, accept }: MissedRequest, look: Look): Answer {
  const headers = { 'cache-control': 'no-store', vary: 'Accept' }
  const message = notFoundMessage(method, url)
  return accept?.includes('text/html') === true
    ? problemAnswer({ status: 404, message }, headers, look)
    : jsonAnswer(404, headers, { statusCode: 404, error: 'Not Found', message })
}

/** What is said where there is no route. */
export function notFoundMessage(method: string, url: string): string {
  return `Nothing answers ${method} ${url.replace(/^\w+:\/\/[^/]*/u, '').replace(/\?.*/su, '')} here.`
}
