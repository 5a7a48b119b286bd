/** What a session of the demo holds. */
export interface Visit {
  user?: { name: string }
  cart: CartEntry[]
  note?: string
  visits: number
  /** Values that JSON cannot carry, nested. */
  types?: Types
}

/** One kind of thing in the cart. */
export interface CartEntry {
  item: string
  qty: number
}

/** One value of every class that a session can hold beside JSON's own. */
export interface Types {
  bytes: Uint8Array
  date: Date
  map: Map<string, bigint>
  set: Set<string>
  bigint: bigint
  nested: { list: { date: Date }[] }
}

/** The data of a visitor who is new. */
export function emptyVisit(): Visit {
  return { cart: [], visits: 0 }
}

/** Adds one of an item: a new entry, or a nested change of the entry that is there. */
export function addToCart(visit: Visit, item: string): void {
  const entry = visit.cart.find((each) => each.item === item)
  if (entry === undefined) visit.cart.push({ item, qty: 1 })
  else entry.qty += 1
}
