/** What `Bytes` names; this file stands below it. */
type NativeBytes = Uint8Array<ArrayBuffer>

/** The part of Node's, Bun's and Deno's `Buffer` that is used here, for speed alone. */
export interface NativeBuffer {
  from(text: string, encoding: 'utf8' | 'base64url'): NativeBytes & EncodingBytes
  from(source: ArrayBuffer, offset: number, length: number): EncodingBytes
  allocUnsafe(length: number): NativeBytes
}

interface EncodingBytes {
  toString(encoding: 'base64url'): string
}

/** `Buffer` where the platform has one; edge runtimes do not. The cast asks for what the platform's own types leave out there. */
export const nativeBuffer: NativeBuffer | undefined = (globalThis as { Buffer?: NativeBuffer }).Buffer

/** The same memory as plain bytes: `slice` of a `Buffer` gives a window, that of a `Uint8Array` a copy. */
export function plainBytes(buffer: NativeBytes): NativeBytes {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}
