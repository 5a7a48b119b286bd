import { readFileSync } from 'node:fs'

/** The folder of the specification. */
export const SPEC: URL = new URL('../../../spec/', import.meta.url)

/** The vectors of a file; their shape is described in spec/README.md. */
export function readVectors(file: string): readonly unknown[] {
  // The cast is of what the generator has written.
  const { vectors } = readJson(`vectors/${file}`) as { readonly vectors: readonly unknown[] }
  if (vectors.length === 0) throw new Error(`${file} holds no vectors`)
  return vectors
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, SPEC), 'utf8'))
}

/** A value as spec/README.md writes it for every language. */
export function notation(value: unknown): unknown {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'bigint' ? { bigint: value.toString() } : value
  }
  if (Array.isArray(value)) return { array: value.map(notation) }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  if (value instanceof Date) return { date: value.getTime() }
  if (value instanceof Map) return { map: [...value].map(([key, item]) => [notation(key), notation(item)]) }
  if (value instanceof Set) return { set: [...value].map(notation) }
  return { object: Object.entries(value).map(([key, item]: [string, unknown]) => [key, notation(item)]) }
}
