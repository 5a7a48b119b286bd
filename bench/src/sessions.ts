/** What a session holds in these measurements, and how many bytes its JSON has. */
export interface SampleSession {
  readonly bytes: number
  readonly data: Readonly<Record<string, unknown>>
}

const VISITOR = { userId: 'u_58213', role: 'member', name: 'Marguerite Okafor-Lindqvi', locale: 'en-GB', theme: 'dark' }

const ADDRESS = 'Flat 3, 17 Quarry Lane, Sheffield S7 1TB, GBR'

const CART = [
  { sku: 'KT-4410', item: 'Kettle, brushed steel, 1.7 l', qty: 1, price: 48.5, note: 'gift wrap, no receipt' },
  { sku: 'OO-0250', item: 'Oolong tea from Nantou', qty: 3, price: 12.9, note: '' },
  { sku: 'LN-1180', item: 'Linen napkins, set of six', qty: 2, price: 27, note: 'colour: sage' },
  { sku: 'WB-7731', item: 'Walnut chopping board', qty: 1, price: 64.25, note: 'engrave "M & T 2024"' },
  { sku: 'EM-0092', item: 'Enamel mug, midnight blue', qty: 4, price: 9.8, note: '' },
  { sku: 'BK-5507', item: 'Bread knife, 24 cm, ash handle', qty: 1, price: 39.9, note: 'left-handed' },
  { sku: 'CP-3306', item: 'Cast-iron pan with lid', qty: 1, price: 88, note: 'deliver after 6 March' },
  { sku: 'GJ-1001', item: 'Glass storage jar, 1 litre', qty: 6, price: 4.35, note: '' },
  { sku: 'PM-2840', item: 'Pepper mill, beech', qty: 1, price: 31.6, note: 'ceramic grinder please' },
  { sku: 'AP-6675', item: 'Apron with two pockets, charcoal', qty: 2, price: 22.75, note: 'one size L, one M' },
  { sku: 'SC-9023', item: 'Salt cellar in olive wood', qty: 1, price: 18.4, note: '' },
  { sku: 'DR-4519', item: 'Dish rack, powder-coated', qty: 1, price: 43.1, note: 'white if black is out' },
  { sku: 'CT-7204', item: 'Cotton tea towels, herringbone', qty: 5, price: 7.95, note: '' },
  { sku: 'CL-8130', item: 'Copper ladle, tin-lined', qty: 1, price: 52.3, note: 'birthday of Tom' },
  { sku: 'WW-3357', item: 'Balloon whisk, 11 wires', qty: 2, price: 14.2, note: '' },
  { sku: 'BS-6048', item: 'Cordierite baking stone, round', qty: 1, price: 36.8, note: 'check the diameter: 33 cm' },
  { sku: 'RP-2219', item: 'Rolling pin without handles', qty: 1, price: 16.5, note: '' },
  { sku: 'KS-0417', item: 'Kitchen scale, battery-free', qty: 1, price: 59.99, note: 'replace the returned one' },
]

const RECENT = [
  '/tea/oolong/nantou-spring-harvest',
  '/kitchen/knives/bread?steel=carbon',
  '/search?q=salt+cellar+with+lid&page=2',
  '/gifts/wedding/under-60',
  '/kitchen/pans/cast-iron/28cm/reviews',
  '/journal/how-to-season-a-pan',
  '/tea/green/sencha-uji-first-flush',
  '/textiles/linen/napkins/sage',
  '/help/returns#engraved',
  '/kitchen/scales/kinetic',
  '/offers/week-09?ref=newsletter-71',
  '/search?q=rolling+pin+french+beech',
  '/account/orders/2025-11-08-4471',
  '/tea/accessories/gaiwan-120ml',
  '/kitchen/boards/walnut/end-grain',
  '/journal/five-breads-one-dough',
  '/stores/sheffield/opening-hours',
  '/search?q=stoneware+butter+dish',
  '/kitchen/textile/apron',
]

/** A session whose size is as it says. */
function sample(bytes: number, data: Record<string, unknown>): SampleSession {
  const actual = Buffer.byteLength(JSON.stringify(data))
  if (actual !== bytes) throw new Error(`the session of ${bytes} bytes has ${actual}`)
  return { bytes, data }
}

/** The sessions that everything here is measured with, from a bare login to a full shop. */
export const SESSIONS: readonly SampleSession[] = [
  sample(28, { userId: '7', role: 'user' }),
  sample(103, VISITOR),
  sample(331, { ...VISITOR, cart: CART.slice(0, 2), seen: '2026-02-28T17:04:51Z' }),
  sample(526, { ...VISITOR, cart: CART.slice(0, 4), seen: '2026-02-28 17:04 Z' }),
  sample(1023, { ...VISITOR, address: ADDRESS, cart: CART.slice(0, 9) }),
  sample(2537, { ...VISITOR, address: ADDRESS, cart: CART, recent: RECENT }),
]
