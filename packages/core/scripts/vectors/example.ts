import { createCipheriv } from 'node:crypto'
import { type Bytes, concat, toHex } from '../../src/base/bytes.ts'
import { derivationBlock, doubled } from '../../src/seal/aead.ts'
import { encodePurpose, type Purpose } from '../../src/seal/purpose.ts'
import { composeEnvelope, composeToken, KEY_A, keyIdOf, keyText, nonceOf, NOW, rootKeyOf } from './compose.ts'
import { ID, recordOf } from './record.ts'

const NAME = 'the worked example'
const PURPOSE: Purpose = { kind: 'cookie', name: 'session', audience: 'shop' }

/** One token from its key to its cookie, every value between, as Markdown. */
export async function workedExample(): Promise<string> {
  const record = recordOf({
    claims: { subject: 'user-1', sealedAt: NOW + 300 },
    flash: '[["info","Saved"]]',
    payload: '{"cart":[]}',
  })
  const nonce = nonceOf(NAME)
  const parts = { nonceOf: NAME, purpose: PURPOSE, record }
  const envelope = await composeEnvelope(parts)
  const token = await composeToken(parts)
  const rootKey = await rootKeyOf(KEY_A, PURPOSE)
  const prefix = nonce.slice(0, 12)
  const l = encryptBlock(rootKey, new Uint8Array(16))
  const k1 = doubled(l)
  const [m1, m2] = [derivationBlock(1, prefix), derivationBlock(2, prefix)]
  return [
    values([
      ['key text', await keyText(KEY_A)],
      ['cookie name', 'session'],
      ['audience', 'shop'],
      ['id', toHex(ID)],
      ['createdAt', String(NOW)],
      ['sealedAt', String(NOW + 300)],
      ['subject', 'user-1'],
      ['flash text', '[["info","Saved"]]'],
      ['payload text', '{"cart":[]}'],
    ]),
    'Keys:',
    values([
      ['secret', toHex(KEY_A)],
      ['keyId', toHex(await keyIdOf(KEY_A))],
      ['purpose', 'cookie:session:shop'],
      ['LP(purpose)', toHex(encodePurpose(PURPOSE))],
      ['rootKey', toHex(rootKey)],
      ['AAD', toHex(concat(envelope.slice(0, 5), encodePurpose(PURPOSE)))],
    ]),
    'XAES-256-GCM:',
    values([
      ['nonce', toHex(nonce)],
      ['L', toHex(l)],
      ['K1', toHex(k1)],
      ['M1', toHex(m1)],
      ['M2', toHex(m2)],
      ['Kx', toHex(concat(encryptBlock(rootKey, added(m1, k1)), encryptBlock(rootKey, added(m2, k1))))],
    ]),
    'Record:',
    values([
      ['flags', `${toHex(record.slice(0, 1))} (subject, flash)`],
      ['id', toHex(record.slice(1, 17))],
      ['createdAt', toHex(record.slice(17, 21))],
      ['age', `${toHex(record.slice(21, 23))} (300)`],
      ['subject', toHex(record.slice(23, 30))],
      ['flash', toHex(record.slice(30, 49))],
      ['payload', toHex(record.slice(49))],
    ]),
    'Token:',
    values([
      ['ciphertext', toHex(envelope.slice(29, -16))],
      ['tag', toHex(envelope.slice(-16))],
      ['envelope', toHex(envelope)],
      ['token', token],
      ['cookie', `session=${token}`],
      ['in two chunks', `session=2.${token.slice(-6)}.${token.slice(0, 80)}`],
      ['', `session.1=${token.slice(-6)}.${token.slice(80)}`],
    ]),
  ].join('\n\n')
}

/** Aligned, and long values broken over lines of 72 characters. */
function values(rows: readonly (readonly [string, string])[]): string {
  const lines = rows.flatMap(([name, value]) =>
    (value.match(/.{1,72}/gu) ?? ['']).map((part, index) => `${(index === 0 ? name : '').padEnd(14)}${part}`),
  )
  return `\`\`\`text\n${lines.join('\n')}\n\`\`\``
}

/** One block through AES-256, apart from the code that is being described. */
function encryptBlock(key: Bytes, block: Bytes): Bytes {
  return new Uint8Array(createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(block))
}

function added(block: Bytes, mask: Bytes): Bytes {
  return block.map((byte, index) => byte ^ (mask[index] ?? 0))
}
