import { SessionError } from '../base/errors.ts'
import type { Seconds } from '../base/time.ts'
import { createKey, type Key, type KeyStatus, parseKeyText } from '../seal/key.ts'
import { FORMAT_VERSION } from './format-keyset.ts'
import { checkLine, type JsonNode, parseJson, shownName } from './json.ts'
import {
  isKeyId,
  type Keyset,
  type KeysetKey,
  newKeyset,
  pendingKeysOf,
  type RevokedKey,
  sealingKeyOf,
} from './keyset.ts'
import { formatMoment, parseMoment } from './moment.ts'

/** How far a reader's clock may be behind that of whoever wrote the file. */
const CLOCK_SKEW: Seconds = 60

/** Where each key says when it seals, for what is wrong between keys. */
type Lines = ReadonlyMap<KeysetKey, number>

/**
 * The keyset in a file's text. Throws `ERR_KEYSET_INVALID` for whatever spec/keyset.md does not allow, with the line and what
 * to do: "line 7: …; …". No message holds a part of a secret.
 */
export async function parseKeyset(text: string, now: Seconds): Promise<Keyset> {
  const root = parseJson(text)
  checkVersion(root)
  const file = fieldsOf(root, 'a keyset', ['version', 'revision', 'keys', 'revoked'])
  const revision = readRevision(file.revision)
  const ids = new Set<string>()
  const lines = new Map<KeysetKey, number>()
  for (const node of itemsOf(file.keys, 'keys')) {
    const { entry, line } = await readKey(node, ids)
    lines.set(entry, line)
  }
  const revoked = itemsOf(file.revoked, 'revoked').map((node) => readRevoked(node, ids))
  const keyset = newKeyset(revision, [...lines.keys()], revoked)
  const primary = keyset.keys.find(({ key }) => key.status === 'primary')
  checkLine(primary !== undefined, file.keys.line, 'no key is primary; set the "status" of one to "primary"')
  checkTimes(keyset, lines, now)
  return keyset
}

/** First of all: a later version may have other names and rules. */
function checkVersion(root: JsonNode): void {
  const version = root.kind === 'object' ? root.properties.get('version') : undefined
  const isKnown = version === undefined || (version.kind === 'value' && version.value === FORMAT_VERSION)
  checkLine(isKnown, version?.line ?? root.line, `"version" is not ${FORMAT_VERSION}; update @encrypted-session/core`)
}

function readRevision(node: JsonNode): number {
  const revision = node.kind === 'value' ? node.value : undefined
  checkLine(
    typeof revision === 'number' && Number.isSafeInteger(revision) && revision >= 1,
    node.line,
    '"revision" is not a whole number from 1; restore the number of the last change',
  )
  return revision
}

async function readKey(
  node: JsonNode,
  ids: Set<string>,
): Promise<{ readonly entry: KeysetKey; readonly line: number }> {
  const required = ['id', 'status', 'createdAt', 'activateAt', 'secret'] as const
  const fields = fieldsOf(node, 'a key', required, ['sealedUntil'])
  const id = readId(fields.id, ids)
  const status = readStatus(fields.status)
  const createdAt = readMoment(fields.createdAt, 'createdAt')
  const activateAt = readMoment(fields.activateAt, 'activateAt')
  const sealedUntil = fields.sealedUntil && readMoment(fields.sealedUntil, 'sealedUntil')
  checkLine(
    sealedUntil === undefined || status !== 'primary',
    fields.sealedUntil?.line ?? node.line,
    'a primary key may still seal; remove "sealedUntil", or set "status" to "active"',
  )
  const key = await readSecret(fields.secret, id, status, activateAt)
  checkLine(
    key.id === id,
    fields.id.line,
    `the secret of this key is that of ${key.id}; set "id" to that, or restore the secret`,
  )
  const entry = { key, createdAt, ...(sealedUntil !== undefined && { sealedUntil }) }
  return { entry, line: fields.activateAt.line }
}

function readRevoked(node: JsonNode, ids: Set<string>): RevokedKey {
  const fields = fieldsOf(node, 'a revoked key', ['id', 'revokedAt'])
  return { id: readId(fields.id, ids), revokedAt: readMoment(fields.revokedAt, 'revokedAt') }
}

/** An id that no key before it has. */
function readId(node: JsonNode, ids: Set<string>): string {
  const id = textOf(node, 'id')
  checkLine(isKeyId(id), node.line, '"id" is not eight hexadecimal digits in lower case; restore it')
  checkLine(!ids.has(id), node.line, `key ${id} is there already; remove one of the two`)
  ids.add(id)
  return id
}

function readStatus(node: JsonNode): KeyStatus {
  const status = textOf(node, 'status')
  checkLine(
    status === 'primary' || status === 'active' || status === 'inactive',
    node.line,
    '"status" is not "primary", "active" or "inactive"; set it to one of them',
  )
  return status
}

function readMoment(node: JsonNode, name: string): Seconds {
  const at = parseMoment(textOf(node, name))
  checkLine(at !== undefined, node.line, `"${name}" is not a moment; write it as "2026-11-22T06:00:00Z", in UTC`)
  return at
}

async function readSecret(node: JsonNode, id: string, status: KeyStatus, activateAt: Seconds): Promise<Key> {
  const text = textOf(node, 'secret')
  try {
    return await createKey(await parseKeyText(text, `the secret of key ${id}`), status, activateAt)
  } catch (error) {
    // Both say what is wrong with a secret, and never the secret.
    if (!(error instanceof SessionError)) throw error
    throw new SessionError('ERR_KEYSET_INVALID', `line ${node.line}: ${error.message}`)
  }
}

/** One primary key seals, and at most one waits for its time. */
function checkTimes(keyset: Keyset, lines: Lines, now: Seconds): void {
  const sealing = sealingKeyOf(keyset, now)
  const { id, activateAt } = sealing.key
  checkLine(
    activateAt <= now + CLOCK_SKEW,
    lines.get(sealing) ?? 0,
    `no primary key may seal yet, ${id} may from ${formatMoment(activateAt)}; set an earlier "activateAt", or correct this machine’s clock`,
  )
  const [next, other] = pendingKeysOf(keyset, now)
  checkLine(
    other === undefined,
    (other && lines.get(other)) ?? 0,
    `keys ${next?.key.id} and ${other?.key.id} are both primary and wait for their time; set the "status" of one to "active"`,
  )
}

/** What an object holds, each under its name; every other name is refused. */
function fieldsOf<Required extends string, Optional extends string = never>(
  node: JsonNode,
  what: string,
  required: readonly Required[],
  optional: readonly Optional[] = [],
): Readonly<Record<Required, JsonNode>> & Readonly<Partial<Record<Optional, JsonNode>>> {
  const names: readonly string[] = [...required, ...optional]
  checkLine(node.kind === 'object', node.line, `${what} is an object with ${required.join(', ')}; restore it`)
  for (const [name, { line }] of node.properties) {
    checkLine(
      names.includes(name),
      line,
      `${shownName(name)} is nothing that ${what} has; remove it (there are ${names.join(', ')})`,
    )
  }
  for (const name of required) {
    checkLine(node.properties.has(name), node.line, `${what} begins here that has no "${name}"; restore it`)
  }
  // Every required name was found, and no other than these.
  return Object.fromEntries(node.properties) as Record<Required, JsonNode> & Partial<Record<Optional, JsonNode>>
}

function itemsOf(node: JsonNode, name: string): readonly JsonNode[] {
  checkLine(node.kind === 'array', node.line, `"${name}" is not a list; write it as [ … ]`)
  return node.items
}

function textOf(node: JsonNode, name: string): string {
  const value = node.kind === 'value' ? node.value : undefined
  checkLine(typeof value === 'string', node.line, `"${name}" is not a text; write it in double quotes`)
  return value
}
