import { SESSIONS } from '../sessions.ts'

export type Data = Record<string, unknown>

/** How a handler gets at the session of its request, with the library that is measured. */
export interface SessionUse<Context> {
  readonly begin: (context: Context, data: Data) => void
  readonly get: (context: Context, field: string) => unknown
  readonly set: (context: Context, field: string, value: string) => void
}

/** What a server answers at each path: the same text, whatever its session costs. */
export type Routes<Context> = Readonly<Record<'/read' | '/write' | '/seed' | '/seen', (context: Context) => string>>

/** A session's data when it begins. */
const data: Data = { ...SESSIONS.find(({ bytes }) => bytes === 331)?.data }
let count = 0

/** Handlers that look at the session, change it, begin it, and show what the last change was. Without a use there is no session. */
export function createRoutes<Context>({ begin, get, set }: SessionUse<Context> = withoutSession): Routes<Context> {
  return {
    '/read': (context) => named(get(context, 'name')),
    '/write': (context) => {
      set(context, 'seen', moment())
      return named(get(context, 'name'))
    },
    '/seed': (context) => {
      begin(context, { ...data, seen: moment() })
      return 'begun'
    },
    '/seen': (context) => String(get(context, 'seen')),
  }
}

const withoutSession: SessionUse<unknown> = {
  begin: () => undefined,
  get: (_context, field) => data[field],
  set: () => undefined,
}

/** As long as what it replaces, and never the same: every write is a change, and none is larger than another. */
function moment(): string {
  return String(count++).padStart(String(data['seen']).length, '0')
}

function named(name: unknown): string {
  // A rejected cookie would be fast.
  if (name !== data['name']) throw new Error('the session was not opened')
  return 'hello'
}
