/** What of workerd's own module is used here; the types of all of it would be another dependency. */
declare module 'cloudflare:workers' {
  /** The bindings. */
  export const env: Readonly<Record<string, string>>
  /** Keeps a promise alive after the response of the request that runs. */
  export function waitUntil(promise: Promise<unknown>): void
}
