import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { SqliteFile } from '../../dist/gallery/sql/sqlite-file.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { accessibilityFindings, type ConsoleTest, openConsole, signInAs } from './console.js'

const password = 'correct horse battery'

/** Makes the administrator on the page that a server without accounts shows. */
async function makeFirst({ page, key }: Pick<ConsoleTest, 'page' | 'key'>): Promise<void> {
  await page.getByLabel('Key of the server').fill(key)
  await page.getByLabel('Name', { exact: true }).fill('Root')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('The same password again').fill(password)
  await page.getByRole('button', { name: 'Create and sign in' }).click()
}

const account = (at: ConsoleTest, name: string, role: string) =>
  ask(at, '/v1/accounts', { json: { name, role, password } })

/** No sideways scroll, and nothing that axe finds, in both themes. */
async function inspect(page: Page): Promise<void> {
  const size = page.viewportSize()!
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    for (const width of [360, size.width]) {
      await page.setViewportSize({ width, height: 740 })
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect([page.url(), theme, width, overflow]).toEqual([page.url(), theme, width, 0])
      expect(await accessibilityFindings(page)).toEqual([])
    }
  }
  await page.setViewportSize(size)
}

describe.skipIf(lacks('chromium'))('accounts', () => {
  test('the first run makes the administrator, with the key alone', async () => {
    const at = await openConsole({ server: {} })
    const { page } = at
    await page.goto(at.url)
    await inspect(page)
    await makeFirst({ page, key: crypto.randomUUID() })
    await page.getByText('This key is unknown, expired or revoked.').waitFor()
    expect((await ask(at, '/v1/accounts')).body.items).toEqual([])
    await makeFirst(at)
    await page.getByText('Be greeted in one minute').waitFor()
    const { items } = (await ask(at, '/v1/accounts')).body
    expect(items).toEqual([
      expect.objectContaining({ name: 'Root', role: 'administrator', disabled: false }),
    ])
    // The administrator makes an account for somebody else.
    await page.getByRole('link', { name: 'Accounts' }).click()
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Vera')
    await page.getByLabel('First password').fill('short')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByText('at least 12 characters').last().waitFor()
    await page.getByLabel('First password').fill(password)
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const row = page.getByRole('row', { name: /Vera/ })
    await row.getByText('Viewer').waitFor()
    await inspect(page)
    // The last administrator stays one.
    await page.getByRole('row', { name: /Root/ }).getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('is the last administrator who can sign in').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    // By the keyboard alone: the account becomes one of an operator.
    await row.getByRole('button', { name: 'Change' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: /Role/ }).focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('option', { name: 'Operator' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Save' }).focus()
    await page.keyboard.press('Enter')
    await row.getByText('Operator').waitFor()
    const { items: after } = (await ask(at, '/v1/accounts')).body
    expect(after.find(({ name }: { name: string }) => name === 'Vera').role).toBe('operator')
    // An account is limited to galleries, and has all again as an administrator.
    await ask(at, '/v1/galleries', { json: { name: 'garden' } })
    await page.reload()
    const choose = async (field: RegExp, option: string) => {
      await dialog.getByRole('button', { name: field }).click()
      await page.getByRole('option', { name: option, exact: true }).click()
    }
    const rightsOfVera = async () => {
      const { items: all } = (await ask(at, '/v1/accounts')).body
      const vera = all.find(({ name }: { name: string }) => name === 'Vera')
      return [vera.role, vera.galleries]
    }
    await row.getByRole('button', { name: 'Change' }).click()
    await choose(/Galleries/, 'Some')
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await dialog.getByText('garden', { exact: true }).click()
    await inspect(page)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row.getByText('garden').waitFor()
    expect(await rightsOfVera()).toEqual(['operator', ['garden']])
    await row.getByRole('button', { name: 'Change' }).click()
    await choose(/Role/, 'Administrator')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row.getByText('All', { exact: true }).waitFor()
    expect(await rightsOfVera()).toEqual(['administrator', ['*']])
    // What the dialog shows is what the account has: all galleries, not those from before.
    await row.getByRole('button', { name: 'Change' }).click()
    await choose(/Role/, 'Operator')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row.getByText('Operator').waitFor()
    expect(await rightsOfVera()).toEqual(['operator', ['*']])
    // The next one who comes is not asked to make an administrator.
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await inspect(page)
    expect(at.errors).toEqual([])
  })

  test('people change their password, and stay signed in here alone', async () => {
    const at = await openConsole({ server: {} })
    const { page } = at
    await account(at, 'Vera', 'viewer')
    await page.goto(at.url)
    await signInAs(page, 'vera', password)
    await page.getByRole('link', { name: /Vera/ }).click()
    await page.getByText('This browser').waitFor()
    await inspect(page)
    await page.getByLabel('Current password').fill(password)
    await page.getByLabel('New password').fill('another long password')
    await page.getByLabel('The same password again').fill('another long password')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('All other sessions have ended.').waitFor()
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await signInAs(page, 'Vera', 'another long password')
    await page.getByRole('heading', { name: 'Vera' }).waitFor()
    expect(at.errors).toEqual([])
  })

  test('a session that ended elsewhere leads to the sign-in page, and back to the page', async () => {
    const at = await openConsole({ server: {} })
    const { page } = at
    const { body } = await account(at, 'Odo', 'operator')
    await page.goto(`${at.url}/events`)
    await signInAs(page, 'Odo', password)
    await page.getByRole('heading', { name: 'Events' }).waitFor()
    await ask(at, `/v1/accounts/${body.id}/sessions`, { method: 'DELETE' })
    await page.getByRole('link', { name: 'Unknown visitors' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await signInAs(page, 'Odo', password)
    await page.getByRole('heading', { name: 'Unknown visitors' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/visitors')
    // The limit of attempts is told in words.
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signInAs(page, 'Odo', `not ${password}`)
    await page.getByText('The name or the password is wrong').waitFor()
    const file = new SqliteFile(join(at.home, 'gallery.sqlite'))
    file.run('update sign_in_attempts set failures = 1000')
    file.close()
    await signInAs(page, 'Odo', password)
    await page.getByText('Too many attempts to sign in have failed.').waitFor()
  })
})
