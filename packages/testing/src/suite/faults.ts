import { type CookieJar, type Keyring, parseKeyring, type Sessions, type SetCookie } from '@encrypted-session/core'
import { createRevocation, type RevocationPort } from '@encrypted-session/core/revocation'
import type { Faults } from './reference-app.ts'
import { json } from './suite-answer.ts'
import type { SuiteData } from './suite-request.ts'

/** Ways in which an adapter, or an app, can be wrong. Each was seen in a session library or is one line away in an adapter. */
export const FAULTS: Readonly<Record<string, Faults>> = {
  'writes on every request': {
    before({ session }) {
      session.data.visits += 1
    },
  },
  'touches the session on every request': {
    before({ session }) {
      void session.origin
    },
  },
  'never commits': { handle: (handle) => ({ ...handle, commit: () => Promise.resolve() }) },
  'commits whatever the status': { status: (status) => Math.min(status, 200) },
  'commits nothing from 400 on': onlyWhere((status) => status < 400),
  'commits nothing from 500 on': onlyWhere((status) => status < 500),
  'commits nothing on redirects': onlyWhere((status) => status < 300 || status >= 400),
  'commits streams after their headers': onlyWhere((_status, path) => path !== '/api/stream'),
  'does not commit HEAD': {
    handle: (handle, { method }) => (method === 'HEAD' ? { ...handle, commit: () => Promise.resolve() } : handle),
  },
  'sees changes at the first level only': shallow(),
  'shares one session among requests with one cookie': { sessions: sharedByCookie },
  'opens once for each mounting': {
    sessions: (sessions) => ({ ...sessions, attach: (_request, jar) => sessions.attach({}, jar) }),
  },

  'never sets Vary': revising((header, jar, change) => header === 'vary' || jar.revise(header, change)),
  "replaces the app's Vary": revising((header, jar, change) => {
    jar.revise(header, header === 'vary' ? () => 'Cookie' : change)
  }),
  'tells caches nothing': revising((header, jar, change) => header !== 'vary' || jar.revise(header, change)),
  'forgets caches with a header of their own': revising((header, jar, change) =>
    header.includes('-control') && header !== 'cache-control' ? undefined : jar.revise(header, change),
  ),
  'forbids storing whatever was read': {
    before({ session, response, url }) {
      if (url.searchParams.get('session') !== 'none') void session.origin
      response.setHeader('cache-control', 'private, no-store')
    },
    after({ response }) {
      response.setHeader('cache-control', 'private, no-store')
    },
  },

  'replaces other cookies of the response': {
    jar: (jar, _request, response) => ({
      ...jar,
      set({ text }) {
        response.setHeader('set-cookie', text)
      },
    }),
  },
  'never deletes a cookie': writing((cookie) => (cookie.maxAge === 0 ? [] : [cookie.text])),
  'leaves chunks behind': writing(({ name, maxAge, text }) => (maxAge === 0 && name.endsWith('.1') ? [] : [text])),
  'writes every cookie twice': writing(({ text }) => [text, text]),
  'leaves HttpOnly out': writing(({ text }) => [text.replace('; HttpOnly', '')]),
  'leaves Secure out': writing(({ text }) => [text.replace('; Secure', '')]),
  'makes every session persistent': writing(({ text }) => [text.includes('Max-Age') ? text : `${text}; Max-Age=600`]),
  'makes no session persistent': writing(({ text, maxAge }) => [
    maxAge === 0 ? text : text.replace(/; Max-Age=\d+/u, ''),
  ]),
  'only encodes': writing(({ name, text }) => [
    text
      .replace(/=[^;]*/u, `=${Buffer.from('{"note":"a private remark"}').toString('base64url')}`)
      .replace(/^[^=]+/u, name),
  ]),
  'refuses Secure cookies on plain http': {
    jar: (jar) => ({
      ...jar,
      set(cookie) {
        if (cookie.attributes.secure) throw new Error('Cannot send secure cookie over unencrypted connection')
        jar.set(cookie)
      },
    }),
  },
  'never knows of TLS': { jar: (jar) => ({ ...jar, secure: false }) },
  'does not say whether there is TLS': {
    jar: ({ secure: _secure, ...jar }) => jar,
  },
  'writes Secure cookies only': { options: (options) => ({ ...options, cookie: { secure: true } }) },
  'never writes Secure cookies': { options: (options) => ({ ...options, cookie: { secure: false } }) },

  'clears a cookie that it does not believe': {
    before({ request, session, response }) {
      if (request.headers.cookie !== undefined && session.origin === 'fresh') {
        response.appendHeader('set-cookie', 'session=; Max-Age=0; Path=/')
      }
    },
  },
  'tells why a cookie is not believed': {
    before({ request, session, response }) {
      if (request.headers.cookie !== undefined && session.origin === 'fresh') {
        response.setHeader('x-session', 'rejected')
      }
    },
  },
  'decodes cookie names and values': reading((header) => decodeURIComponent(header)),
  'ignores the case of cookie names': reading((header) => header.replace(/session=/giu, 'session=')),
  'takes the first of two cookies of one name': reading((header) =>
    header.replace(/^(.*?\bsession=[^;]*)(.*?); session=[^;]*/u, '$1$2'),
  ),
  'takes the last of two cookies of one name': reading((header) =>
    header.replace(/\bsession=[^;]*; (.*?\bsession=)/u, '$1'),
  ),
  'reads one Cookie header only': {
    jar: (jar, { headersDistinct }) => ({
      ...jar,
      get: (name) => (name === 'cookie' ? headersDistinct['cookie']?.[0] : jar.get(name)),
    }),
  },
  'takes a comma for the end of a cookie': reading((header) => header.replaceAll(', ', '; ')),
  'hears no events': { options: ({ onEvent: _onEvent, ...options }) => options },
  'takes an empty cookie for a bad one': reading((header) => header.replace(/session=(?=;|$)/u, 'session=-')),
  'logs data with its events': {
    options: (options) => ({
      ...options,
      onEvent: (event) => options.onEvent?.(Object.assign({ note: 'a private remark' }, event)),
    }),
  },

  'trusts Max-Age': { options: (options) => ({ ...options, lifetime: { absolute: 1e7, idle: 'off' } }) },
  'never extends': { options: (options) => ({ ...options, lifetime: { ...options.lifetime, extendAfter: 299 } }) },
  'extends on every request': {
    options: (options) => ({ ...options, lifetime: { ...options.lifetime, extendAfter: 0 } }),
  },
  'extends for pages that nobody looks at': {
    jar: (jar) => ({ ...jar, get: (name) => (name === 'sec-purpose' ? undefined : jar.get(name)) }),
  },

  'goes on sealing with the old key': {
    options: (options, { keys }) => ({
      ...options,
      keyring: () => parseKeyring(keys.split(' ').toReversed().join(' ')),
    }),
  },
  'forgets the old key at once': {
    options: (options, { keys }) => ({ ...options, keyring: () => parseKeyring(keys.split(' ')[0]) }),
  },
  'reads its keys once': {
    options: (options, { keyring }) => ({ ...options, ...(keyring && { keyring: { current: keyring.current } }) }),
  },
  'never looks for newer keys': {
    options: (options, { keyring }) => ({ ...options, ...(keyring && { keyring: withoutRefresh(keyring) }) }),
  },
  'believes other audiences': { options: (options) => ({ ...options, audience: 'staging' }) },
  'keeps to one cookie': { options: (options) => ({ ...options, cookie: { ...options.cookie, maxChunks: 1 } }) },
  'takes as many cookies as it needs': {
    options: (options) => ({ ...options, cookie: { ...options.cookie, maxChunks: 9 } }),
  },

  'ignores its revocation store': revoking((store) => ({ ...store, check: () => 'alive' })),
  'asks its revocation store once a second': revoking((store) => {
    const answers = new Map<string, { readonly verdict: ReturnType<RevocationPort['check']>; readonly at: number }>()
    return {
      ...store,
      check(session) {
        const known = answers.get(session.id)
        if (known !== undefined && Date.now() - known.at < 1000) return known.verdict
        const verdict = store.check(session)
        answers.set(session.id, { verdict, at: Date.now() })
        return verdict
      },
    }
  }),
  'forgets whom it has revoked': revoking((store) => ({ ...store, revoke: () => undefined })),
  'refuses the id from before a login at once': revoking((store) => ({
    ...store,
    check: async (session) => ((await store.check(session)) === 'read-only' ? 'superseded' : store.check(session)),
  })),
  'writes with the id from before a login': revoking((store) => ({
    ...store,
    check: async (session) => ((await store.check(session)) === 'read-only' ? 'alive' : store.check(session)),
  })),
  'never refuses the id from before a login': revoking((store) => ({
    ...store,
    check: async (session) => ((await store.check(session)) === 'superseded' ? 'read-only' : store.check(session)),
  })),
  'revokes everybody instead of one': revoking((store) => ({
    ...store,
    revoke: (target) => store.revoke(target.kind === 'subject' ? { kind: 'all' } : target),
  })),
  'revokes a subject once, and never again': revoking((store) => {
    const revoked = new Set<string>()
    return {
      ...store,
      async revoke(target) {
        const isAgain = target.kind === 'subject' && revoked.has(target.subject)
        if (target.kind === 'subject') revoked.add(target.subject)
        if (!isAgain) await store.revoke(target)
      },
    }
  }),
  'does not date new sessions after a cut-off': revoking((store) => ({ ...store, cutoff: () => 0 })),
  'trusts the cookie while the store is down': { options: (options) => ({ ...options, onUnavailable: 'open' }) },

  'keeps cookies on an error that is thrown again': sharing('/test/shared-error'),
  'keeps cookies on a response that is returned again': sharing('/test/shared-response'),

  'does not regenerate at login': {
    routes: (routes) => ({
      ...routes,
      'POST /api/login'({ session, body }) {
        session.data.user = { name: String(body['name']) }
        return json({ ...session.data, id: session.id })
      },
      'POST /api/regenerate': ({ session }) => json(session.data),
    }),
  },
  'keeps the data of the user before': {
    routes: (routes) => ({
      ...routes,
      'POST /api/login'({ session, body }) {
        session.regenerate({ subject: String(body['name']), data: 'keep' })
        session.data.user = { name: String(body['name']) }
        return json({})
      },
    }),
  },
  'authenticates again on every change': {
    before({ request, session }) {
      if (request.url === '/api/note' || request.url === '/api/regenerate') {
        session.regenerate({ subject: session.subject ?? 'Ada' })
      }
    },
  },
  'only empties the data at logout': {
    routes: (routes) => ({
      ...routes,
      'POST /api/logout'({ session }) {
        session.data = { cart: [], visits: 0 }
        return json({})
      },
    }),
  },
  'clears at logout what is not there': {
    after({ request, response }) {
      if (request.url === '/api/logout' && request.headers.cookie === undefined) {
        response.setHeader('set-cookie', 'session=; Max-Age=0; Path=/')
      }
    },
  },
  'keeps flash messages': {
    routes: (routes) => ({
      ...routes,
      'GET /api/flash': ({ session }) => json({ messages: session.flash.peek() }),
    }),
  },
  'stores what JSON makes of a value': {
    routes: (routes) => ({
      ...routes,
      'POST /api/types'({ session }) {
        session.data.types = { bytes: { 0: 0, 1: 127, 2: 255 } }
        return json({})
      },
    }),
  },
  'pretends to log out everywhere': {
    routes: (routes) => ({
      ...routes,
      'POST /api/logout-everywhere'({ session }) {
        session.destroy()
        return json({})
      },
    }),
  },
}

type Change = (current: string | undefined) => string | undefined

function onlyWhere(commits: (status: number, path: string | undefined) => boolean): Faults {
  return {
    handle: (handle, { url }) => ({
      ...handle,
      commit: (status) => (commits(status, url) ? handle.commit(status) : Promise.resolve()),
    }),
  }
}

/** An adapter that compares the values of the first level by identity. */
function shallow(): Faults {
  const seen = new WeakMap<object, string>()
  const firstLevel = (data: SuiteData): string =>
    JSON.stringify(
      Object.entries(data).map(([name, value]) => [
        name,
        typeof value === 'object' ? (Array.isArray(value) ? value.length : '') : String(value),
      ]),
    )
  return {
    before({ session, request }) {
      seen.set(request, firstLevel(session.data))
    },
    handle(handle, request) {
      return {
        ...handle,
        async commit(status) {
          const { data, subject } = await handle.open()
          if (subject === undefined || request.url !== '/api/cart' || firstLevel(data) !== seen.get(request)) {
            await handle.commit(status)
          }
        },
      }
    },
  }
}

/** A cache of opened sessions that hands the same object to everyone who brings the same cookie. */
function sharedByCookie(sessions: Sessions<SuiteData>): Sessions<SuiteData> {
  const shared = new Map<string, object>()
  return {
    ...sessions,
    attach(request, jar) {
      const cookie = jar.get('cookie')
      if (cookie === undefined) return sessions.attach(request, jar)
      const first = shared.get(cookie) ?? request
      shared.set(cookie, first)
      return sessions.attach(first, jar)
    },
  }
}

function revising(revise: (header: string, jar: CookieJar, change: Change) => unknown): Faults {
  return {
    jar: (jar) => ({
      ...jar,
      revise(header, change) {
        revise(header, jar, change)
      },
    }),
  }
}

function writing(texts: (cookie: SetCookie) => readonly string[]): Faults {
  return {
    jar: (jar) => ({
      ...jar,
      set(cookie) {
        for (const text of texts(cookie)) jar.set({ ...cookie, text })
      },
    }),
  }
}

function reading(change: (header: string) => string): Faults {
  return {
    jar: (jar) => ({
      ...jar,
      get(name) {
        const value = jar.get(name)
        return name === 'cookie' && value !== undefined ? change(value) : value
      },
    }),
  }
}

function revoking(change: (store: RevocationPort) => RevocationPort): Faults {
  return {
    options: (options) => ({
      ...options,
      ...(options.revocation && { revocation: createRevocation(change(options.revocation.port)) }),
    }),
  }
}

/** An object that lives longer than a request, and collects the cookies of all who meet it. */
function sharing(path: string): Faults {
  const collected: string[] = []
  return {
    jar(jar, request, response) {
      if (request.url !== path) return jar
      if (collected.length > 0) response.setHeader('set-cookie', collected)
      return {
        ...jar,
        set(cookie) {
          collected.push(cookie.text)
          jar.set(cookie)
        },
      }
    },
  }
}

function withoutRefresh(keyring: Keyring): Keyring {
  return {
    get current() {
      return keyring.current
    },
  }
}
