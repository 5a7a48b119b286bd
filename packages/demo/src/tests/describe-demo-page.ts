import type { Browser } from 'playwright-core'
import { createBench, type DemoApp } from './bench.ts'
import { launchChromium, open, sessionCookie, whyNoChromium } from './chromium.ts'
import type { Runner } from './runner.ts'
import { describeVisits, type Visit } from './visits.ts'

/** The app whose page is looked at. */
export interface DemoPageApp extends DemoApp {
  /** As the page writes it: "Koa". */
  readonly framework: string
}

/** Describes what a visitor with Chromium sees and does on the page of a demo. Skipped without Chromium, unless `CI=true`. */
export function describeDemoPage(app: DemoPageApp, runner: Runner): void {
  const { afterAll, beforeAll, describe, expect, it } = runner
  const missing = whyNoChromium()
  describe.skipIf(missing !== undefined)(`in Chromium${missing === undefined ? '' : ` (${missing})`}`, () => {
    const { serve } = createBench(app, runner)
    let browser: Browser
    const visit: Visit = async (kind, context) => open(browser, (await serve(kind)).url, context)
    beforeAll(async () => {
      browser = await launchChromium()
    })
    afterAll(() => browser.close())

    describe.each([
      ['with its script', true],
      ['without JavaScript', false],
    ])('%s', (_title, javaScriptEnabled) => {
      describeVisits((kind, context) => visit(kind, { javaScriptEnabled, ...context }), runner)
    })

    it('the page says which framework serves it', async () => {
      const { page } = await visit()

      expect(await page.title()).toBe(`EncryptedSession on ${app.framework}`)
      expect(await page.locator('.brand').innerText()).toContain(`on ${app.framework}`)
    })

    it('events of other visitors appear while the page is open', async () => {
      const { page, click } = await visit()
      await page.waitForLoadState('load')
      const events = page.locator('#event-list')
      await click('Sign in')
      await expect.poll(() => events.innerText()).toMatch(/sealed\s+regenerated/u)
      const other = await visit()
      await other.click('Add to cart')

      await expect.poll(() => events.locator('.new.write').first().innerText()).toMatch(/sealed\s+changed/u)
    })

    it('events that repeat are one row, also while the page is open', async () => {
      const { page, click } = await visit()
      await page.waitForLoadState('load')
      await click('Sign in')
      const first = page.locator('#event-list li').first()
      const session = await first.locator('code').innerText()
      for (let count = 0; count < 3; count++) await page.request.get(new URL('/api/session', page.url()).href)

      // One for the page itself.
      await expect.poll(() => first.innerText()).toMatch(/opened ×4/u)
      expect(await page.locator('#event-list li', { hasText: 'opened' }).filter({ hasText: session }).count()).toBe(1)
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
      const { page, click } = await visit('secure')
      await click('Sign in')
      expect(await page.locator('main').innerText()).toContain('Signed in as Ada')

      expect(await sessionCookie(page)).toMatchObject({
        name: '__Host-Http-session',
        httpOnly: true,
        secure: true,
        path: '/',
      })
    })

    it('nothing is wider than a small phone', async () => {
      const { page, click } = await visit('plain', { viewport: { width: 360, height: 740 } })
      await click('Sign in')
      await page.getByLabel('Item').fill('a'.repeat(200))
      await click('Add to cart')
      expect(await page.locator('.cart').count()).toBe(1)

      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
    })
  })
}
