import { chromium } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { chromiumOptions } from '../chromium.js'
import { temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { startServer } from '../server/start.js'

test.skipIf(lacks('chromium'))(
  'Chromium can install the console, from any of its pages',
  async () => {
    const { url } = await startServer({ insecureLocal: true })
    // A private window installs nothing.
    const context = await chromium.launchPersistentContext(await temporaryFolder(), chromiumOptions)
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(`${url}/people`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const devtools = await context.newCDPSession(page)
    const { url: address, errors, data } = await devtools.send('Page.getAppManifest')
    expect(address).toBe(`${url}/console.webmanifest`)
    expect(errors).toEqual([])
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    expect(installabilityErrors).toEqual([])
    const manifest = JSON.parse(data!) as {
      icons: { src: string; sizes: string; type: string; purpose?: string }[]
      start_url: string
    }
    expect(new URL(manifest.start_url, address).href).toBe(`${url}/`)
    expect(manifest.icons.map(({ sizes, purpose }) => [sizes, purpose ?? 'any'])).toEqual([
      ['192x192', 'any'],
      ['512x512', 'any'],
      ['512x512', 'maskable'],
      ['any', 'any'],
    ])
    const apple = await page.locator('link[rel=apple-touch-icon]').getAttribute('href')
    const images = [
      ...manifest.icons.filter(({ type }) => type === 'image/png'),
      { src: apple!, sizes: '180x180' },
    ]
    for (const { src, sizes } of images) {
      const size = await page.evaluate(
        async (src) => {
          const image = new Image()
          image.src = src
          await image.decode()
          return `${image.naturalWidth}x${image.naturalHeight}`
        },
        new URL(src, src === apple ? page.url() : address).href,
      )
      expect(size).toBe(sizes)
    }
  },
)
