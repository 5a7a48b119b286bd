import type { BrowserContextOptions } from 'playwright-core'
import type { ServerKind } from './bench.ts'
import { sessionCookie, type Window } from './chromium.ts'
import type { Runner } from './runner.ts'

/** Opens the page of a server as a visitor who was never there. */
export type Visit = (kind?: ServerKind, context?: BrowserContextOptions) => Promise<Window>

/** What a visitor does and sees, with the page's script and without. */
export function describeVisits(visit: Visit, { expect, it }: Runner): void {
  it('a visitor signs in, shops, sees a message once, is remembered and logs out', async () => {
    const { page, complaints, click } = await visit()
    const main = page.locator('main')
    expect(await main.innerText()).toContain('No cookie. A visitor who has done nothing gets none.')
    expect(await page.context().cookies()).toEqual([])

    await page.getByLabel('Your name').fill('Grace')
    await click('Sign in')
    expect(await main.innerText()).toContain('Signed in as Grace')
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
    // Within 50 seconds.
    expect(await sessionCookie(page)).toMatchObject({ expires: expect.closeTo(expires, -2) as unknown })

    await click('Log out')
    expect(await main.innerText()).toContain('Nobody is signed in')
    expect(await page.context().cookies()).toEqual([])
    expect(complaints).toEqual([])
  })

  it('a changed character makes a fresh session, and the events say why', async () => {
    const { page, complaints, click } = await visit()
    const main = page.locator('main')
    await click('Sign in')
    await click('Change one character')

    expect(await main.innerText()).toContain('It does not open.')
    expect(await main.innerText()).toContain('Nobody is signed in')
    expect(await page.locator('#event-list').innerText()).toMatch(/rejected[ ×\d]*\s+forged/u)
    // Reading has left it where it is; writing replaces it.
    expect(await sessionCookie(page)).toBeDefined()
    await click('Change it back')
    expect(await main.innerText()).toContain('Signed in as Ada')
    expect(complaints).toEqual([])
  })

  it.each<[string, ServerKind, string]>([
    ['still opens without a revocation store', 'plain', 'Still opens, as Ada.'],
    ['is refused with one', 'revocation', 'Refused: that session has ended.'],
  ])('a copy from before the logout %s', async (_case, kind, sentence) => {
    const { page, complaints, click } = await visit(kind)
    await click('Sign in')
    await click('Keep a copy')
    await click('Log out')
    await click('Present the copy')

    expect(await page.locator('.result').innerText()).toContain(sentence)
    expect(complaints).toEqual([])
  })

  it('what changes far above is said beside the button', async () => {
    const isInView = (box: { readonly y: number } | null): boolean => box !== null && box.y > 0 && box.y < 600
    const { page, complaints, click } = await visit('plain', { viewport: { width: 1240, height: 600 } })
    await click('Sign in')
    await page.getByLabel('Note').fill('Leave it at the door.')

    for (const [name, sentence] of [
      ['Keep note', /^Kept: the cookie has \d+ bytes now\.$/u],
      ['Store typed values', /^Five kinds of values, all came back; the cookie has \d+ bytes now\.$/u],
      ['New id', /^New id: [0-9a-f]{8}…$/u],
    ] as const) {
      await click(name)
      expect(await page.locator('.result').innerText()).toMatch(sentence)
      // A busy browser scrolls a moment after it has loaded.
      await expect
        .poll(async () => isInView(await page.locator('.result').boundingBox()), { message: name, timeout: 5000 })
        .toBe(true)
    }
    expect(complaints).toEqual([])
  })

  it('too much is refused on a page that names the field', async () => {
    const { page, click } = await visit()
    await click('Sign in')
    await click('Write a note of 12 kB')

    expect(await page.locator('main').innerText()).toContain('That does not fit into the session')
    expect(await page.locator('table').innerText()).toMatch(/note\s+12,009/u)
    await page.getByRole('link', { name: 'Back to the session' }).click()
    await page.getByText('Signed in as').waitFor()
  })
}
