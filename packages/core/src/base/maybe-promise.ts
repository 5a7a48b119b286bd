/** What a port may answer: a value at once, or a promise of it. The core awaits either. */
export type MaybePromise<T> = T | Promise<T>
