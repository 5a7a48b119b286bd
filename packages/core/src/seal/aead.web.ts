import { type Bytes, concat } from '../base/bytes.ts'
import { type Aead, derivationBlock, type DerivedKey, doubled, type ExtendedKey, TAG_BYTES } from './aead.ts'

/** XAES-256-GCM, HKDF and SHA-256 by WebCrypto, for platforms without node:crypto. Keys are not extractable. */
export const platformAead: Aead = {
  async hkdf(secret, info, length) {
    const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
    const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8))
  },
  async sha256(bytes) {
    return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  },
  async hmac(secret, message) {
    const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
  },
  extendedKey,
  refuseSnapshot() {
    // Only Node builds startup snapshots.
  },
}

async function extendedKey(key: Bytes): Promise<ExtendedKey> {
  const blockKey = await crypto.subtle.importKey('raw', key, 'AES-CBC', false, ['encrypt'])
  const k1 = doubled(await encryptBlock(blockKey, new Uint8Array(16), new Uint8Array(16)))
  return {
    async derive(prefix) {
      // CBC adds its iv to the first block, which is where K1 goes.
      const [first, second] = await Promise.all([
        encryptBlock(blockKey, k1, derivationBlock(1, prefix)),
        encryptBlock(blockKey, k1, derivationBlock(2, prefix)),
      ])
      return importDerivedKey(concat(first, second))
    },
  }
}

/** One block through the raw cipher: the first block of CBC; the second is padding. */
async function encryptBlock(key: CryptoKey, iv: Bytes, block: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, block), 0, 16)
}

/** AES-256-GCM under a key of 32 bytes: what every derivation ends with. */
export async function importDerivedKey(bytes: Bytes): Promise<DerivedKey> {
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
  const parameters = (nonce: Bytes, aad: Bytes): AesGcmParams => ({
    name: 'AES-GCM',
    iv: nonce,
    additionalData: aad,
    tagLength: TAG_BYTES * 8,
  })
  return {
    async encrypt(nonce, aad, plaintext) {
      return new Uint8Array(await crypto.subtle.encrypt(parameters(nonce, aad), key, plaintext))
    },
    async decrypt(nonce, aad, ciphertextAndTag) {
      try {
        return new Uint8Array(await crypto.subtle.decrypt(parameters(nonce, aad), key, ciphertextAndTag))
      } catch (error) {
        // OperationError is WebCrypto's word for a tag that does not fit; anything else is not the visitor's doing.
        if (error instanceof DOMException && error.name === 'OperationError') return undefined
        throw error
      }
    },
  }
}
