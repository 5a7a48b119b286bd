import type { CookieOptions } from '@encrypted-session/core'
import { type Command, Option } from 'commander'
import { inspect } from 'node:util'
import type { Answer } from '../answer.ts'
import { UsageError } from '../failure.ts'
import { readAll } from '../input.ts'
import { findKeyring, type KeyringOption, KEYS_STDIN_OPTION } from '../keyset/keyring-option.ts'
import { KEYSET_OPTION } from '../keyset/keyset-option.ts'
import type { Surroundings } from '../surroundings.ts'
import { cookieValue, SEALED_FORMS, type SealedForm, sealedText, storageState } from '../sealed-forms.ts'
import { sealCookies } from '../sealing.ts'
import { teachingCommand } from '../teaching-command.ts'
import type { World } from '../world.ts'

interface SealOptions extends KeyringOption {
  readonly data: string
  readonly format: SealedForm
  readonly subject?: string
  readonly persistent?: true
  readonly cookieName?: string
  readonly audience?: string
  readonly url?: string
}

/** `seal`: the cookies of a session that was never logged in. */
export function addSeal(parent: Command, { tell, world }: Surroundings): void {
  teachingCommand(
    parent,
    'seal',
    'Seals a session, for tests and for looking at a page as somebody: prints a cookie that the app takes for its own.',
    {
      examples: [
        [
          `seal --subject ada --data '{}' --format header`,
          `A header for any client: ada is signed in. For an app whose initial has a cart: --data '{"cart":[]}'.`,
        ],
        [
          `seal --data '{}' --format curl --url https://a.test`,
          'A command that asks for a page with this session: give the address of yours, such as http://localhost:3000/cart.',
        ],
      ],
      next: `For Playwright: --format playwright --url <url> > state.json, and in the test
browser.newContext({ storageState: 'state.json' }).
The cookie is as good as a login: use the keys of a test environment, and delete the file afterwards.
The server must have the same keys, cookie name and audience.
An app with cookie: { secure: false }, such as the demo of the library's repository, calls it session: give --cookie-name session.`,
    },
  )
    .requiredOption(
      '--data <json>',
      'required: the whole session as a JSON object, with every field that initial has; or - for stdin',
    )
    .usage('--data <json> --format <format> [options]')
    .addOption(new Option('--format <format>', 'required: in which form').choices(SEALED_FORMS).makeOptionMandatory())
    .option('--subject <id>', 'who is signed in. Default: nobody')
    .option('--persistent', 'a cookie that outlives the browser')
    .option('--url <url>', "the app's address, for playwright and curl")
    .option(
      '--cookie-name <name>',
      "the app's cookie.name. Default: __Host-Http-session, and session for an http: address of another machine. Give session if the app has cookie: { secure: false }",
    )
    .option('--audience <audience>', "the app's audience, if it has one")
    .option(...KEYSET_OPTION)
    .option(...KEYS_STDIN_OPTION)
    .action(async (options: SealOptions) => tell(await sealAnswer(options, world)))
}

async function sealAnswer(options: SealOptions, world: World): Promise<Answer> {
  const { audience, cookieName, format, persistent = false, subject } = options
  if (options.data === '-' && options.keysStdin) throw new UsageError('Stdin can give the data or the keys, not both.')
  const url = checkedUrl(options)
  const data = parseData(options.data === '-' ? await readAll(world) : options.data)
  const found = await findKeyring(options, world)
  if (found === undefined) {
    throw new UsageError(
      'Sealed by which key? Say --keyset <file> or --keys-stdin, or set SESSION_KEYSET or SESSION_KEYS.',
    )
  }
  const now = world.now()
  const cookie = cookieOptions(cookieName, url)
  const { keyring, source } = found
  const { cookies, keyId } = await sealCookies({ keyring, data, subject, persistent, cookie, audience, now })
  return {
    text: () => sealedText(cookies, format, url, now),
    json: {
      format,
      cookieHeader: cookieValue(cookies),
      setCookies: cookies.map(({ text }) => text),
      ...(format === 'playwright' && { storageState: storageState(cookies, url, now) }),
      ...(format === 'curl' && { command: sealedText(cookies, format, url, now) }),
    },
    hint: ({ dim, prose }) => {
      // `inspect` escapes what a terminal would obey.
      const who = subject === undefined ? 'nobody is signed in' : `signed in as ${inspect(subject)}`
      return dim(prose(`Whoever has this has this session: ${who}. Sealed by key ${keyId} of ${source}.`))
    },
  }
}

function checkedUrl({ format, url = '' }: SealOptions): string {
  if (url === '' && (format === 'cookie' || format === 'header')) return url
  const scheme = URL.parse(url)?.protocol
  if (scheme === 'http:' || scheme === 'https:') return url
  throw new UsageError(`--url must be the app's address, such as https://shop.example or http://localhost:3000.`)
}

function parseData(text: string): Record<string, unknown> {
  const refused = new UsageError(`--data must be a JSON object: --data '{"cart":[]}'.`)
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    // The parser's own message would repeat the data.
    throw refused
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw refused
  // The cast says what was checked.
  return data as Record<string, unknown>
}

/** The cookie as the app would name it. */
function cookieOptions(name: string | undefined, url: string): CookieOptions {
  const { hostname = '', protocol } = URL.parse(url) ?? {}
  // A prefix demands Secure, whatever the address; and browsers and curl take Secure cookies of their own machine over http.
  const isSecure = protocol !== 'http:' || (name === undefined ? LOOPBACK.test(hostname) : name.startsWith('__'))
  return { ...(name !== undefined && { name }), ...(!isSecure && { secure: false }) }
}

// As URL writes them: it makes 127.1 and 0x7f000001 the same.
const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/u
