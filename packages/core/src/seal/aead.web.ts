import { type Bytes, concat } from '../base/bytes.ts'
import { type Aead, derivationBlock, type DerivedKey, doubled, TAG_BYTES } from './aead.ts'

/** XAES-256-GCM, HKDF and SHA-256 by WebCrypto, for platforms without node:crypto. Keys are not extractable. */
export const platformAead: Aead = {
  async hkdf(secret, info, length) {
    const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
    return bytesOf(subtle.deriveBits(parameters, await importKey(secret, 'HKDF', 'deriveBits'), length * 8))
  },
  sha256(bytes) {
    return bytesOf(subtle.digest('SHA-256', bytes))
  },
  async hmac(secret, message) {
    return bytesOf(subtle.sign('HMAC', await importKey(secret, { name: 'HMAC', hash: 'SHA-256' }, 'sign'), message))
  },
  async extendedKey(key) {
    const blockKey = await importKey(key, 'AES-CBC', 'encrypt')
    // One block through the raw cipher: the first block of CBC; the second is padding.
    const encryptBlock = async (iv: Bytes, block: Bytes): Promise<Bytes> =>
      (await bytesOf(subtle.encrypt({ name: 'AES-CBC', iv }, blockKey, block))).subarray(0, 16)
    const k1 = doubled(await encryptBlock(new Uint8Array(16), new Uint8Array(16)))
    return {
      async derive(prefix) {
        // CBC adds its iv to the first block, which is where K1 goes.
        const blocks = ([1, 2] as const).map((counter) => encryptBlock(k1, derivationBlock(counter, prefix)))
        return importDerivedKey(concat(...(await Promise.all(blocks))))
      },
    }
  },
}

/** AES-256-GCM under a key of 32 bytes: what every derivation ends with. */
export async function importDerivedKey(bytes: Bytes): Promise<DerivedKey> {
  const key = await importKey(bytes, 'AES-GCM', 'encrypt', 'decrypt')
  const parameters = (iv: Bytes, additionalData: Bytes): AesGcmParams => ({
    name: 'AES-GCM',
    iv,
    additionalData,
    tagLength: TAG_BYTES * 8,
  })
  return {
    encrypt(nonce, aad, plaintext) {
      return bytesOf(subtle.encrypt(parameters(nonce, aad), key, plaintext))
    },
    async decrypt(nonce, aad, ciphertextAndTag) {
      try {
        return await bytesOf(subtle.decrypt(parameters(nonce, aad), key, ciphertextAndTag))
      } catch (error) {
        // OperationError is WebCrypto's word for a tag that does not fit; anything else is not the visitor's doing.
        // The cast says what WebCrypto rejects with.
        if ((error as DOMException).name !== 'OperationError') throw error
        return undefined
      }
    },
  }
}

const { subtle } = crypto

function importKey(
  secret: Bytes,
  algorithm: string | HmacImportParams,
  ...usages: readonly KeyUsage[]
): Promise<CryptoKey> {
  return subtle.importKey('raw', secret, algorithm, false, usages)
}

async function bytesOf(answer: Promise<ArrayBuffer>): Promise<Bytes> {
  return new Uint8Array(await answer)
}
