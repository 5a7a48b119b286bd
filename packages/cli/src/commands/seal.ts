import type { CookieOptions } from '@encrypted-session/core'
import { type Command, Option } from 'commander'
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
          `seal --subject ada --data '{"cart":["tea"]}' --format curl --url http://localhost:3000/cart`,
          'A command that asks for a page with this session.',
        ],
        [
          `seal --data '{}' --subject ada --format playwright --url https://shop.example > state.json`,
          "Then in Playwright: browser.newContext({ storageState: 'state.json' }).",
        ],
      ],
      next: 'The cookie is as good as a login: use the keys of a test environment, and delete the file afterwards.\nThe server must have the same keys, cookie name and audience.',
    },
  )
    .requiredOption('--data <json>', "the session's data as a JSON object, or - for stdin")
    .addOption(new Option('--format <format>', 'in which form').choices(SEALED_FORMS).makeOptionMandatory())
    .option('--subject <id>', 'who is signed in. Default: nobody')
    .option('--persistent', 'a cookie that outlives the browser')
    .option('--url <url>', "the app's address, for playwright and curl")
    .option(
      '--cookie-name <name>',
      "the app's cookie.name. Default: the library's, that of development for an http: address",
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
  const keyring = await findKeyring(options, world)
  if (keyring === undefined) {
    throw new UsageError(
      'Sealed by which key? Say --keyset <file> or --keys-stdin, or set SESSION_KEYSET or SESSION_KEYS.',
    )
  }
  const now = world.now()
  const cookie = cookieOptions(cookieName, url)
  const cookies = await sealCookies({ keyring, data, subject, persistent, cookie, audience, now })
  return {
    text: () => sealedText(cookies, format, url, now),
    json: {
      format,
      cookieHeader: cookieValue(cookies),
      setCookies: cookies.map(({ text }) => text),
      ...(format === 'playwright' && { storageState: storageState(cookies, url, now) }),
      ...(format === 'curl' && { command: sealedText(cookies, format, url, now) }),
    },
    hint: ({ dim }) => dim('Whoever has this is logged in.'),
  }
}

function checkedUrl({ format, url = '' }: SealOptions): string {
  if (url === '' && (format === 'cookie' || format === 'header')) return url
  const scheme = URL.parse(url)?.protocol
  if (scheme === 'http:' || scheme === 'https:') return url
  throw new UsageError(`--url must be the app's address, such as https://shop.example or http://localhost:3000.`)
}

function parseData(text: string): Record<string, unknown> {
  const refused = new UsageError(`--data must be a JSON object: --data '{"cart":["tea"]}'.`)
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

/** The cookie as the app would name it: plain http is development, where the library's own name is `session`. */
function cookieOptions(name: string | undefined, url: string): CookieOptions {
  // A prefix demands Secure, whatever the address.
  const isPlain = url.startsWith('http:') && name?.startsWith('__') !== true
  return { ...(name !== undefined && { name }), ...(isPlain && { secure: false }) }
}
