import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Cookie, type Page } from 'playwright-core'

const PATH = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Says why Chromium cannot be used here; `undefined` where it can, and where its absence is an error. */
export function whyNoChromium(): string | undefined {
  // With CI=true a browser that is missing fails when it is launched.
  if (existsSync(PATH) || process.env['CI'] === 'true') return undefined
  return `${PATH} is not installed; scripts/system-packages installs it`
}

/** A browser without a window. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: PATH, args: FLAGS })
}

/** A browser on the page, and everything that its console complains of. */
export interface Window {
  readonly page: Page
  readonly complaints: readonly string[]
  /** Waits until the answer is shown. */
  readonly click: (name: string) => Promise<void>
}

/** Opens an address as a visitor who was never there. */
export async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Window> {
  const page = await (await browser.newContext(options)).newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(url)
  return {
    page,
    complaints,
    async click(name) {
      await page.evaluate(`document.querySelector('#event-list').setAttribute('data-old', '')`)
      await page.getByRole('button', { name, exact: true }).click()
      await page.locator('[data-old]').waitFor({ state: 'detached' })
      // Without its script the answer is another page, of which a part may be here.
      await page.waitForLoadState()
    },
  }
}

/** The session's cookie, as the browser keeps it. */
export async function sessionCookie(page: Page): Promise<Cookie | undefined> {
  return (await page.context().cookies()).find(({ name }) => name.endsWith('session'))
}
