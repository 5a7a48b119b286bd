import { createKey, formatKeyText } from '../seal/key.ts'

/** The moment at which the files are read: 2026-11-22T06:00:00Z. */
export const NOW = 1_795_327_200

/** Random enough, and always the same: a secret for each number. */
export function secretOf(number: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 32 }, (_, index) => (index * 37 + number * 101 + 7) % 251)
}

const ids = await each(async (secret) => (await createKey(secret, 'active')).id)
const secrets = await each(formatKeyText)

/** Three keys of a file, the newest first, one that is in none, and one that was revoked. */
export const ID: string = ids[0]
export const SECRET: string = secrets[0]
export const OLD_ID: string = ids[1]
export const OLD_SECRET: string = secrets[1]
export const OLDEST_ID: string = ids[2]
export const OLDEST_SECRET: string = secrets[2]
export const STRANGE_ID: string = ids[3]
export const STRANGE_SECRET: string = secrets[3]
export const REVOKED_ID = '0badcafe'

/** A good file, line by line. */
const LINES: readonly string[] = [
  '{',
  '  "version": 1,',
  '  "revision": 3,',
  '  "keys": [',
  '    {',
  `      "id": "${ID}",`,
  '      "status": "primary",',
  '      "createdAt": "2026-11-22T05:00:00Z",',
  '      "activateAt": "2026-11-22T05:10:00Z",',
  `      "secret": "${SECRET}"`,
  '    },',
  '    {',
  `      "id": "${OLD_ID}",`,
  '      "status": "active",',
  '      "createdAt": "2026-06-01T12:00:00Z",',
  '      "activateAt": "2026-06-01T12:00:00Z",',
  '      "sealedUntil": "2026-11-22T05:10:00Z",',
  `      "secret": "${OLD_SECRET}"`,
  '    },',
  '    {',
  `      "id": "${OLDEST_ID}",`,
  '      "status": "inactive",',
  '      "createdAt": "2026-01-01T00:00:00Z",',
  '      "activateAt": "2026-01-01T00:00:00Z",',
  '      "sealedUntil": "2026-06-01T12:00:00Z",',
  `      "secret": "${OLDEST_SECRET}"`,
  '    }',
  '  ],',
  '  "revoked": [',
  '    {',
  `      "id": "${REVOKED_ID}",`,
  '      "revokedAt": "2026-03-04T05:06:07Z"',
  '    }',
  '  ]',
  '}',
  '',
]
export const TEXT: string = LINES.join('\n')

/** The good file with other lines, by their numbers. */
function withLines(lines: Readonly<Record<number, string>>): string {
  return LINES.map((line, index) => lines[index + 1] ?? line).join('\n')
}

const PRIMARY = '      "status": "primary",'

/** A line for the time from when on a key may seal, on the day of {@link NOW}. */
function at(time: string): string {
  return `      "activateAt": "2026-11-22T${time}Z",`
}

/** A secret with another letter, whose checksum no longer fits. */
const MISTYPED = `${SECRET.slice(0, 20)}${SECRET.charAt(20) === 'A' ? 'B' : 'A'}${SECRET.slice(21)}`
const PASSPHRASE = await formatKeyText(new TextEncoder().encode('password-password-password-12345'))

interface GoodFile {
  readonly name: string
  readonly text: string
}

/** Files that are read, at {@link NOW}. */
export const GOOD_FILES: readonly GoodFile[] = [
  { name: 'three keys and a revoked one', text: TEXT },
  { name: 'one key', text: [...LINES.slice(0, 10), '    }', '  ],', '  "revoked": []', '}'].join('\n') },
  { name: 'everything in one line', text: JSON.stringify(JSON.parse(TEXT)) },
  { name: 'lines of another system', text: TEXT.replaceAll('\n', '\r\n') },
  { name: 'names in another order', text: withLines({ 2: '  "revision": 3,', 3: '  "version": 1,' }) },
  { name: 'an escape in a text', text: withLines({ 7: String.raw`      "status": "prim\u0061ry",` }) },
  { name: 'a primary key that waits for its time', text: withLines({ 14: PRIMARY, 16: at('06:10:00'), 17: '' }) },
  { name: 'two primary keys, one overtaken', text: withLines({ 14: PRIMARY, 17: '' }) },
  { name: 'a primary key that seals from this second on', text: withLines({ 9: at('06:00:00') }) },
  { name: 'a primary key of a clock that is a minute ahead', text: withLines({ 9: at('06:01:00') }) },
  {
    name: 'two primary keys of a clock that is ahead, one of which waits',
    text: withLines({ 9: at('06:10:00'), 14: PRIMARY, 16: at('06:00:05'), 17: '' }),
  },
]

/** Whether the schema refuses a file too, or cannot: JSON itself, and what stands between two places, is not its concern. */
type SchemaVerdict = 'refuses' | 'accepts' | 'not JSON'

interface BadFile extends GoodFile {
  readonly line: number
  /** A part of the message. */
  readonly says: string
  readonly schema: SchemaVerdict
}

/** Files that are refused, at {@link NOW}. */
export const BAD_FILES: readonly BadFile[] = [
  // Not JSON, or JSON that parsers understand in different ways.
  bad('is empty', '', 1, 'the text ends here; restore', 'not JSON'),
  bad('is cut off', TEXT.slice(0, TEXT.indexOf('"revoked"') - 3), 28, 'the text ends here', 'not JSON'),
  bad('is cut off inside a text', TEXT.slice(0, TEXT.indexOf(OLD_SECRET) + 9), 18, 'a text does not end', 'not JSON'),
  bad('goes on after its end', `${TEXT}}`, 36, 'remove what follows', 'not JSON'),
  bad('begins with a byte order mark', `\u{feff}${TEXT}`, 1, 'UTF-8 without a byte order mark', 'not JSON'),
  bad('was saved as UTF-16', `\u{fffd}\u{fffd}{\0`, 1, 'UTF-8 without a byte order mark', 'not JSON'),
  bad('lacks a comma', withLines({ 7: '      "status": "primary"' }), 8, 'a "," or "}" is missing; add', 'not JSON'),
  bad('has a comma too many', withLines({ 10: `      "secret": "${SECRET}",` }), 11, 'remove the comma', 'not JSON'),
  bad('has a comma too many in a list', withLines({ 27: '    },' }), 28, 'remove the comma', 'not JSON'),
  bad('lacks a comma in a list', withLines({ 11: '    }' }), 12, 'a "," or "]" is missing', 'not JSON'),
  bad('lacks a colon', withLines({ 7: '      "status" "primary",' }), 7, 'a ":" is missing', 'not JSON'),
  bad('lacks a value', withLines({ 7: '      "status": ,' }), 7, 'a value is missing', 'not JSON'),
  bad('has a name without quotes', withLines({ 7: '      status: "primary",' }), 7, 'double quotes', 'not JSON'),
  bad('has single quotes', withLines({ 7: `      "status": 'primary',` }), 7, 'a value is missing', 'not JSON'),
  bad('has a comment', withLines({ 7: '      // the new one' }), 7, 'JSON has no comments', 'not JSON'),
  bad('has a comment in front of a value', withLines({ 3: '"revision": # 4' }), 3, 'no comments', 'not JSON'),
  bad(
    'has a bare tab in a text',
    withLines({ 7: '"status": "primary\t",' }),
    7,
    'a text does not end, or holds',
    'not JSON',
  ),
  bad('has a number that JSON does not know', withLines({ 3: '"revision": 03,' }), 3, '"," or "}"', 'not JSON'),
  bad('nests without end', '['.repeat(100_000), 1, 'nests too deep', 'not JSON'),
  bad('has a name twice', withLines({ 8: '"status": "active",' }), 8, '"status" stands twice', 'not JSON'),
  bad('has a name twice, once escaped', withLines({ 8: String.raw`"st\u0061tus": "active",` }), 8, 'twice', 'not JSON'),

  // Another shape.
  bad('is a list', '[]', 1, 'a keyset is an object with version', 'refuses'),
  bad('is a text', '"esk"', 1, 'a keyset is an object with version', 'refuses'),
  bad(
    'is of a later version',
    withLines({ 2: '"version": 2,\n"kind": {},' }),
    2,
    'update @encrypted-session',
    'refuses',
  ),
  bad('has a version in quotes', withLines({ 2: '"version": "1",' }), 2, '"version" is not 1', 'refuses'),
  bad('has no version', withLines({ 2: '' }), 1, 'no "version"', 'refuses'),
  bad('has no revision', withLines({ 3: '' }), 1, 'no "revision"', 'refuses'),
  bad('has revision 0', withLines({ 3: '"revision": 0,' }), 3, 'whole number from 1', 'refuses'),
  bad('has a broken revision', withLines({ 3: '"revision": 1.5,' }), 3, 'whole number from 1', 'refuses'),
  bad('has a revision that is not exact', withLines({ 3: '"revision": 9007199254740992,' }), 3, 'from 1', 'refuses'),
  bad('has a revision in quotes', withLines({ 3: '"revision": "3",' }), 3, 'whole number', 'refuses'),
  bad('has a name of its own', withLines({ 3: '"revision": 3, "owner": "ada",' }), 3, '"owner" is nothing', 'refuses'),
  bad('has a name of its own in a key', withLines({ 7: '"note": 1, "status": "primary",' }), 7, '"note"', 'refuses'),
  bad('has a name that objects have', withLines({ 3: '"revision": 3, "__proto__": {},' }), 3, 'a name is', 'refuses'),
  bad('has a secret for a name', withLines({ 10: `"${SECRET}": "secret"` }), 10, 'a name is nothing', 'refuses'),
  bad('has no list of keys', withLines({ 4: '"keys": 7, "revoked": [] }', ...cut(5) }), 4, 'is not a list', 'refuses'),
  bad('has a key that is none', withLines({ 11: '    }, null,' }), 11, 'a key is an object with id', 'refuses'),
  bad('has a key without id', withLines({ 6: '' }), 5, 'no "id"', 'refuses'),
  bad(
    'has a key without secret',
    withLines({ 17: '"sealedUntil": "2026-11-22T05:10:00Z"', 18: '' }),
    12,
    'no "secret"',
    'refuses',
  ),
  bad('has a key without status', withLines({ 7: '' }), 5, 'no "status"', 'refuses'),
  bad('has a key without a time', withLines({ 9: '' }), 5, 'no "activateAt"', 'refuses'),
  bad('has an id in capitals', withLines({ 6: '"id": "1A2B3C4D",' }), 6, 'eight hexadecimal digits', 'refuses'),
  bad('has an id that is too short', withLines({ 6: '"id": "1a2b3c4",' }), 6, 'eight hexadecimal digits', 'refuses'),
  bad('has an id that is a number', withLines({ 6: '"id": 12345678,' }), 6, '"id" is not a text', 'refuses'),
  bad('has a status that there is not', withLines({ 7: '"status": "Primary",' }), 7, '"primary", "active"', 'refuses'),
  bad('has a status that is none', withLines({ 7: '"status": null,' }), 7, '"status" is not a text', 'refuses'),
  bad('has a time as a number', withLines({ 8: '"createdAt": 1795327200,' }), 8, 'is not a text', 'refuses'),
  bad('has a time without a zone', withLines({ 8: '"createdAt": "2026-11-22T05:00:00",' }), 8, 'in UTC', 'refuses'),
  bad(
    'has a time in another zone',
    withLines({ 8: '"createdAt": "2026-11-22T05:00:00+01:00",' }),
    8,
    'in UTC',
    'refuses',
  ),
  bad('has a time with fractions', withLines({ 8: '"createdAt": "2026-11-22T05:00:00.5Z",' }), 8, 'in UTC', 'refuses'),
  bad(
    'has a month that there is not',
    withLines({ 8: '"createdAt": "2026-13-22T05:00:00Z",' }),
    8,
    'moment',
    'refuses',
  ),
  bad(
    'has an hour that there is not',
    withLines({ 8: '"createdAt": "2026-11-22T24:00:00Z",' }),
    8,
    'moment',
    'refuses',
  ),
  bad(
    'has a revoked key without a time',
    withLines({ 31: `"id": "${REVOKED_ID}"`, 32: '' }),
    30,
    'no "revokedAt"',
    'refuses',
  ),
  bad(
    'has a revoked key with a secret',
    withLines({ 32: `"revokedAt": "2026-03-04T05:06:07Z", "secret": "${STRANGE_SECRET}"` }),
    32,
    '"secret" is nothing',
    'refuses',
  ),
  bad(
    'has a secret that is cut off',
    withLines({ 10: `"secret": "${SECRET.slice(0, -1)}"` }),
    10,
    'not complete',
    'refuses',
  ),
  bad('has a secret without its prefix', withLines({ 10: `"secret": "${SECRET.slice(4)}"` }), 10, '"esk_"', 'refuses'),
  bad('has no keys', withLines({ 4: '"keys": [], "revoked": [] }', ...cut(5) }), 4, 'no key is primary', 'refuses'),
  bad('has no primary key', withLines({ 7: '"status": "active",' }), 4, 'no key is primary; set', 'refuses'),
  bad('says until when a primary key sealed', withLines({ 14: PRIMARY }), 17, 'remove "sealedUntil"', 'refuses'),

  // What a schema cannot see.
  bad('has a day that there is not', withLines({ 8: '"createdAt": "2026-02-30T05:00:00Z",' }), 8, 'moment', 'accepts'),
  bad(
    'has a mistyped secret',
    withLines({ 10: `"secret": "${MISTYPED}"` }),
    10,
    'its checksum does not fit',
    'accepts',
  ),
  bad(
    'has a passphrase for a secret',
    withLines({ 10: `"secret": "${PASSPHRASE}"` }),
    10,
    'or a passphrase',
    'accepts',
  ),
  bad(
    'has the secret of another key',
    withLines({ 10: `"secret": "${STRANGE_SECRET}"` }),
    6,
    `that of ${STRANGE_ID}`,
    'accepts',
  ),
  bad(
    'has a key twice',
    withLines({ 13: `"id": "${ID}",`, 18: `"secret": "${SECRET}"` }),
    13,
    `key ${ID} is there`,
    'accepts',
  ),
  bad('has a key that is revoked', withLines({ 31: `"id": "${OLD_ID}",` }), 31, `key ${OLD_ID} is there`, 'accepts'),
  bad(
    'has a primary key for later alone',
    withLines({ 9: at('06:01:01') }),
    9,
    `${ID} may from 2026-11-22T06:01:01Z`,
    'accepts',
  ),
  bad(
    'has two primary keys for later',
    withLines({ 9: at('06:10:00'), 14: PRIMARY, 16: at('06:00:01'), 17: '', 22: PRIMARY, 24: at('06:20:00'), 25: '' }),
    24,
    `keys ${ID} and ${OLDEST_ID} are both primary and wait`,
    'accepts',
  ),
]

function bad(name: string, text: string, line: number, says: string, schema: SchemaVerdict): BadFile {
  return { name, text, line, says, schema }
}

/** Nothing in any line from one on. */
function cut(from: number): Readonly<Record<number, string>> {
  return Object.fromEntries(LINES.map((_, index) => [index + 1, ''] as const).slice(from - 1))
}

/** What four keys give. */
async function each<Result>(
  make: (secret: Uint8Array<ArrayBuffer>) => Promise<Result>,
): Promise<readonly [Result, Result, Result, Result]> {
  return Promise.all([make(secretOf(1)), make(secretOf(2)), make(secretOf(3)), make(secretOf(4))])
}
