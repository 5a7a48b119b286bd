import { formatMoment } from '../moment.ts'
import type { Inspection } from './inspection.ts'
import { reasonText } from './reasons.ts'

/** What was found, for programs: moments as text, and data with what JSON cannot carry in readable forms. */
export function inspectionJson(inspection: Inspection): unknown {
  const { accepted, at, cookie, key, lifetime, reason, session } = inspection
  return {
    cookie,
    key,
    accepted,
    ...(reason && { reason, explanation: reasonText(reason, inspection) }),
    lifetime,
    at: formatMoment(at),
    ...(session && {
      session: {
        ...session,
        createdAt: formatMoment(session.createdAt),
        sealedAt: formatMoment(session.sealedAt),
        expiresAt: formatMoment(session.expiresAt),
        data: plain(session.data),
      },
    }),
  }
}

/** spec/token.md "Payload": the tags of what JSON has no form for. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: value.toString() }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64url') }
  if (value instanceof Date) return { $date: value.getTime() }
  if (value instanceof Map) return { $map: [...value].map(plain) }
  if (value instanceof Set) return { $set: [...value].map(plain) }
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]))
}
