/**
 * Streams that zlib (level 6) made once. Kept as they are: another zlib, or another processor, gives other bytes for the
 * same text, and every reader must open these.
 */
interface Deflated {
  readonly text: string
  readonly stream: Uint8Array<ArrayBuffer>
}

/** What a session looks like that is worth compressing. */
export const CART: Deflated = deflated(
  JSON.stringify({
    cart: Array.from({ length: 40 }, (_, index) => ({ item: `book-${index}`, quantity: (index % 7) + 1 })),
  }),
  'hdM7DsJADEXRvbgO0tieb7aCKAKiiBBEoKFAUfZO7Sme61sd-Xmn2_LpNJ93Wvv9STNdt-1xCjTR-7u8-tp_NPMx2cwmy5jFZB2zmhzHHE1OY04m5zFnk8uYC4ZVDGsYxgHLmDGNBdtYMY6jc7aEeZwdX3F81fE17JOAfcLYJ-LsUrFPIvZJwj7Jjq84vur4GvZpcB6PsU8F-1SxTyP2acI-zY6vOL7q-Nrguxx_',
)
/** 65,536 bytes of payload: exactly the limit. */
export const LARGEST: Deflated = deflated(
  `{"a":"${'x'.repeat(65_528)}"}`,
  '7cEBDQAwCAMwL5OBm7sgIXi_ENpOXioNAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADAadkP',
)
/** One byte more. */
export const BOMB: Deflated = deflated(
  `{"a":"${'x'.repeat(65_529)}"}`,
  '7cEBDQAwCAMwL5OBm7sgIXi_ENpOXioNAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADAbdkP',
)
/** 20,000 values: the object, the array, and what is in it. Exactly the limit. */
export const MOST_VALUES: Deflated = deflated(
  `{"a":[${Array.from({ length: 19_998 }, () => '0').join(',')}]}`,
  '7cIxEQAgDAQwL507_IwVjgEdPbxjJJdM3Vo7DQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAApHPeBw',
)
/** One value more. */
export const TOO_MANY_VALUES: Deflated = deflated(
  `{"a":[${Array.from({ length: 19_999 }, () => '0').join(',')}]}`,
  '7cIxDQAgDAAwL7t3cGNl4UDHMu8k6Gjajhu7VgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAN-ZBw',
)

/** RFC 1951 §3.2.4: one final block that is not compressed. */
export function storedBlock(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = payload.length
  return Uint8Array.of(0x01, length & 0xff, length >>> 8, ~length & 0xff, (~length >>> 8) & 0xff, ...payload)
}

function deflated(text: string, stream: string): Deflated {
  return { text, stream: new Uint8Array(Buffer.from(stream, 'base64url')) }
}
