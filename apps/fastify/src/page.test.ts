import { existsSync } from 'node:fs'
import { generateKey } from '@encrypted-session/core'
import type { RunningApp, StartOptions } from '@encrypted-session/demo'
import { createMemoryRevocation } from '@encrypted-session/testing'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { start } from './start.ts'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

// With CI=true a browser that is missing fails in `beforeAll`; elsewhere these tests are skipped.
const isSkipped = !existsSync(CHROMIUM) && process.env['CI'] !== 'true'
if (isSkipped) console.warn(`Skipped: ${CHROMIUM} is not installed; scripts/system-packages installs it.`)

const keys = await generateKey()
const running: RunningApp[] = []
let browser: Browser

/** A browser on the page, and everything that its console complains of. */
interface Visitor {
  readonly page: Page
  readonly complaints: readonly string[]
  /** Waits until the answer is shown. */
  click(name: string): Promise<void>
}

async function visit(options: StartOptions = {}, context: BrowserContextOptions = {}): Promise<Visitor> {
  const app = await start({ keys, ...options })
  running.push(app)
  const page = await (await browser.newContext(context)).newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(app.url)
  return {
    page,
    complaints,
    async click(name) {
      await page.evaluate(`document.querySelector('main > :first-child').setAttribute('data-old', '')`)
      await page.getByRole('button', { name, exact: true }).click()
      await page.locator('[data-old]').waitFor({ state: 'detached' })
    },
  }
}

async function sessionCookie(page: Page): Promise<object | undefined> {
  return (await page.context().cookies()).find(({ name }) => name.endsWith('session'))
}

/** Within 50 seconds. */
function near(seconds: number): unknown {
  return expect.closeTo(seconds, -2)
}

function text(page: Page): Promise<string> {
  return page.locator('main').innerText()
}

describe.skipIf(isSkipped)('in Chromium', () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  })
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    await Promise.all(running.splice(0).map((app) => app.close()))
  })
  afterAll(() => browser.close())

  describe.each([
    ['with its script', true],
    ['without JavaScript', false],
  ])('%s', (_title, javaScriptEnabled) => {
    it('a visitor signs in, shops, sees a message once, is remembered and logs out', async () => {
      const { page, complaints, click } = await visit({}, { javaScriptEnabled })
      expect(await text(page)).toContain('No cookie. A visitor who has done nothing gets none.')
      expect(await page.context().cookies()).toEqual([])

      await page.getByLabel('Your name').fill('Grace')
      await click('Sign in')
      expect(await text(page)).toContain('Signed in as Grace')
      expect(await sessionCookie(page)).toMatchObject({
        name: 'session',
        httpOnly: true,
        secure: false,
        sameSite: 'Lax',
        path: '/',
        expires: -1,
      })

      await click('Add to cart')
      await page.getByLabel('Item').fill('Milk')
      await click('Add to cart')
      expect(await page.locator('.cart').innerText()).toMatch(/Tea\s+1\s+Milk\s+1/u)

      await click('Leave message')
      expect(await page.locator('.flash').innerText()).toContain('Saved')
      await page.reload()
      expect(await page.locator('.flash').count()).toBe(0)

      await page.getByRole('switch').click()
      await page.getByRole('switch', { checked: true }).waitFor()
      const expires = Math.floor(Date.now() / 1000) + 86_400
      expect(await sessionCookie(page)).toMatchObject({ expires: near(expires) })

      await click('Log out')
      expect(await text(page)).toContain('Nobody is signed in')
      expect(await page.context().cookies()).toEqual([])
      expect(complaints).toEqual([])
    })

    it('a changed character makes a fresh session, and the events say why', async () => {
      const { page, complaints, click } = await visit({}, { javaScriptEnabled })
      await click('Sign in')
      await click('Change one character')

      expect(await text(page)).toContain('It does not open.')
      expect(await text(page)).toContain('Nobody is signed in')
      expect(await page.locator('#event-list').innerText()).toMatch(/rejected[ ×\d]*\s+forged/u)
      // Reading has left it where it is; writing replaces it.
      expect(await sessionCookie(page)).toBeDefined()
      await click('Change it back')
      expect(await text(page)).toContain('Signed in as Ada')
      expect(complaints).toEqual([])
    })

    it.each([
      ['still opens without a revocation store', {}, 'Still opens, as Ada.'],
      ['is refused with one', { revocation: createMemoryRevocation() }, 'Refused: that session has ended.'],
    ])('a copy from before the logout %s', async (_case, options, sentence) => {
      const { page, complaints, click } = await visit(options, { javaScriptEnabled })
      await click('Sign in')
      await click('Keep a copy')
      await click('Log out')
      await click('Present the copy')

      expect(await page.locator('.result').innerText()).toContain(sentence)
      expect(complaints).toEqual([])
    })

    it('what changes far above is said beside the button', async () => {
      const { page, complaints, click } = await visit({}, { javaScriptEnabled, viewport: { width: 1240, height: 600 } })
      await click('Sign in')
      await page.getByLabel('Note').fill('Leave it at the door.')

      for (const [name, sentence] of [
        ['Keep note', /^Kept: the cookie has \d+ bytes now\.$/u],
        ['Store typed values', /^Five kinds of values, all came back; the cookie has \d+ bytes now\.$/u],
        ['New id', /^New id: [0-9a-f]{8}…$/u],
      ] as const) {
        await click(name)
        expect(await page.locator('.result').innerText()).toMatch(sentence)
        const box = await page.locator('.result').boundingBox()
        expect(box?.y, name).toBeGreaterThan(0)
        expect(box?.y, name).toBeLessThan(600)
      }
      expect(complaints).toEqual([])
    })

    it('too much is refused on a page that names the field', async () => {
      const { page, click } = await visit({}, { javaScriptEnabled })
      await click('Sign in')
      await click('Write a note of 12 kB')

      expect(await text(page)).toContain('That does not fit into the session')
      expect(await page.locator('table').innerText()).toMatch(/note\s+12,009/u)
      await page.getByRole('link', { name: 'Back to the session' }).click()
      await page.getByText('Signed in as').waitFor()
    })
  })

  it('events of other visitors appear while the page is open', async () => {
    const { page, click } = await visit()
    await page.waitForLoadState('load')
    const events = page.locator('#event-list')
    await click('Sign in')
    const other = await (await browser.newContext()).newPage()
    await other.goto(page.url())
    await other.getByRole('button', { name: 'Add to cart' }).click()

    await expect.poll(() => events.innerText()).toMatch(/sealed\s+regenerated/u)
    await expect.poll(() => events.locator('.write').count()).toBe(2)
  })

  it('events that repeat are one row, also while the page is open', async () => {
    const { page, click } = await visit()
    await page.waitForLoadState('load')
    await click('Sign in')
    const rows = page.locator('#event-list li')
    const before = await rows.count()
    for (let count = 0; count < 3; count++) await page.request.get(new URL('/api/session', page.url()).href)

    await expect.poll(() => rows.first().innerText()).toMatch(/opened ×4/u)
    expect(await rows.count()).toBe(before)
  })

  it('text that scrolls can be reached with the keyboard and has a name', async () => {
    const { page, click } = await visit()
    await click('Sign in')

    for (const name of ["The cookie's text", 'Session data']) {
      await page.getByRole('region', { name }).focus()
      expect(await page.evaluate('document.activeElement.ariaLabel')).toBe(name)
    }
  })

  it('a secure cookie has the prefix that binds it to the host', async () => {
    const { page, click } = await visit({ secure: true })
    await click('Sign in')
    expect(await text(page)).toContain('Signed in as Ada')

    expect(await sessionCookie(page)).toMatchObject({
      name: '__Host-Http-session',
      httpOnly: true,
      secure: true,
      path: '/',
    })
  })

  it('nothing is wider than a small phone', async () => {
    const { page, click } = await visit({}, { viewport: { width: 360, height: 740 } })
    await click('Sign in')
    await page.getByLabel('Item').fill('a'.repeat(200))
    await click('Add to cart')
    expect(await page.locator('.cart').count()).toBe(1)

    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
  })
})
