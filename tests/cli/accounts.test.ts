import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agnize, homeWithModels, temporaryFolder } from '../fixtures.js'
import { startServer } from '../server/start.js'
import { inTerminal } from './in-terminal.js'

const password = 'correct horse battery'

test('accounts are made, listed, changed and removed; passwords come by standard input', async () => {
  const home = await temporaryFolder()
  const run = (words: string[], input?: string) =>
    agnize(['accounts', ...words], {
      home,
      ...(input !== undefined && { stdin: Buffer.from(input) }),
    })
  const made = await run(['add', 'Anna', '--role', 'administrator'], `${password}\n`)
  expect([made.code, made.stdout]).toEqual([0, 'created Anna, administrator.\n'])
  const weak = await run(['add', 'Ben', '--role', 'viewer'], 'short\n')
  expect([weak.code, weak.stderr]).toEqual([2, expect.stringContaining('[weak-password]')])
  expect((await run(['add', 'Ben', '--role', 'boss'], password)).stderr).toContain(
    '--role is one of viewer, operator, administrator, not boss',
  )
  expect((await run(['add', 'Ben', '--role', 'viewer'], '')).stderr).toContain('standard input')
  const json = await run(['add', 'Ben', '--role', 'viewer', '--json'], password)
  expect(JSON.parse(json.stdout)).toMatchObject({ schema_version: 2, name: 'Ben', role: 'viewer' })
  const list = await run(['list'])
  expect(list.stdout).toMatch(/Anna\s+administrator\s+\*\s+password\s+never\s+no/)
  for (const words of [
    ['remove', 'anna', '--yes'],
    ['disable', 'Anna'],
    ['role', 'Anna', 'viewer'],
  ]) {
    const { code, stderr } = await run(words)
    expect([code, stderr]).toEqual([2, expect.stringContaining('[last-administrator]')])
  }
  expect((await run(['role', 'Ben', 'administrator'])).stdout).toBe(
    'changed the role of Ben to administrator.\n',
  )
  expect((await run(['disable', 'Anna'])).stdout).toBe('disabled Anna.\n')
  expect((await run(['enable', 'Anna'])).stdout).toBe('enabled Anna.\n')
  expect((await run(['remove', 'Anna', '--yes'])).stdout).toBe('removed Anna.\n')
  expect((await run(['password', 'Anna'], password)).stderr).toContain('[unknown-account]')
  const audit = await agnize(['audit', 'list', '--json'], { home })
  expect(audit.stdout).toContain('account-create')
  expect(audit.stdout).not.toContain(password)
})

test('an account is invited to the provider, linked and unlinked', async () => {
  const home = await temporaryFolder()
  const run = (...words: string[]) => agnize(['accounts', ...words], { home })
  // Without a provider, nobody could use an invitation.
  const useless = await run('add', 'Vera', '--role', 'viewer', '--invite')
  expect([useless.code, useless.stderr]).toEqual([2, expect.stringContaining('[not-found]')])
  expect((await run('list', '--csv')).stdout).not.toContain('Vera')
  const issuer = ['--issuer', 'https://login.example']
  const made = await run('add', 'Vera', '--role', 'viewer', '--invite', ...issuer)
  expect([made.code, made.stdout]).toEqual([
    0,
    expect.stringMatching(/^created Vera, viewer\.\n#invitation=[\w-]+\.[\w-]+\n$/),
  ])
  expect((await run('list')).stdout).toMatch(/Vera\s+viewer\s+\*\s+invitation\s+never/)
  expect((await run('invite', 'vera')).stderr).toContain('[not-found]')
  expect((await run('invite', 'vera', ...issuer)).stdout).toMatch(/^#invitation=/)
  expect((await run('link', 'Vera', 'sub-1')).stderr).toContain('[not-found]')
  for (const wrong of ['login.example', 'ftp://login.example', 'http://login.example']) {
    const { code, stderr } = await run('link', 'Vera', 'sub-1', '--issuer', wrong)
    expect([wrong, code, stderr]).toEqual([wrong, 2, expect.stringContaining('An issuer is')])
  }
  expect((await run('link', 'Vera', 'sub-1', ...issuer)).stdout).toContain('linked Vera;')
  expect((await run('list')).stdout).toMatch(/Vera\s+viewer\s+\*\s+provider\s+never/)
  // From here on, the settings of the server name its provider.
  await writeFile(join(home, 'agnize.yaml'), 'oidcIssuer: https://login.example\n')
  expect((await run('invite', 'Vera')).stderr).toContain('[account-exists]')
  const elsewhere = await run('link', 'Vera', 'sub-1', '--issuer', 'https://login.example/')
  expect([elsewhere.code, elsewhere.stderr]).toEqual([
    2,
    expect.stringContaining('The server has the issuer https://login.example, not'),
  ])
  const other = await run('add', 'Other', '--role', 'viewer', '--invite', '--json')
  expect(JSON.parse(other.stdout)).toMatchObject({ has_password: false, identity: null })
  expect(JSON.parse(other.stdout).invitation).toMatch(/^[\w-]+\./)
  expect((await run('link', 'Other', 'sub-1', ...issuer)).stderr).toContain('[account-exists]')
  expect((await run('unlink', 'Vera')).stdout).toContain('unlinked Vera;')
  expect((await run('link', 'Other', 'sub-1', ...issuer)).code).toBe(0)
})

test('galleries are given and taken, and the audit log of the default gallery tells it', async () => {
  const home = await temporaryFolder()
  const run = (words: string[], input?: string) =>
    agnize(['--gallery', 'garden', ...words], {
      home,
      ...(input !== undefined && { stdin: Buffer.from(input) }),
    })
  expect((await run(['people', 'list'])).code).toBe(0)
  const add = ['accounts', 'add', 'Gus', '--role', 'operator', '--for', 'garden']
  expect((await run(add, password)).stdout).toBe('created Gus, operator.\n')
  const galleries = async (...words: string[]) => {
    const { stdout, stderr } = await run(['accounts', 'galleries', 'gus', ...words])
    return stdout + stderr
  }
  expect(await galleries('default', 'garden')).toBe('changed Gus may use default, garden.\n')
  expect(await galleries('house')).toContain('[unknown-gallery]')
  expect(await galleries()).toContain('[bad-argument]')
  expect(await galleries('garden', '--all')).toContain('[bad-argument]')
  expect(await galleries('garden')).toBe('changed Gus may use garden.\n')
  const made = await run(['accounts', 'role', 'Gus', 'administrator'])
  expect([made.code, made.stdout]).toEqual([0, 'changed the role of Gus to administrator.\n'])
  expect((await run(['accounts', 'list'])).stdout).toMatch(/Gus\s+administrator\s+\*/)
  expect(await galleries('garden')).toContain('[bad-argument]')
  const actions = async (gallery: string) =>
    (await agnize(['--gallery', gallery, 'audit', 'list', '--json'], { home })).stdout
      .split('\n')
      .filter((line) => line.includes('"account-'))
  expect(await actions('default')).toHaveLength(4)
  expect(await actions('garden')).toEqual([])
})

test('a lost password of the last administrator is replaced, which ends the sessions', async () => {
  const home = await homeWithModels()
  const started = await startServer({ home })
  const json = { 'content-type': 'application/json', origin: started.url }
  const first = await fetch(`${started.url}/v1/session/first`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ key: started.key, name: 'Root', password }),
  })
  expect(first.status).toBe(201)
  const cookie = first.headers.get('set-cookie')!.split(';')[0]!
  const caller = async () =>
    (
      (await (await fetch(`${started.url}/v1/session`, { headers: { cookie } })).json()) as {
        caller: { name: string } | null
      }
    ).caller
  expect((await caller())?.name).toBe('Root')
  const sessions = await agnize(['accounts', 'sessions', 'root', '--json'], { home })
  expect(JSON.parse(sessions.stdout)).toMatchObject({ id: expect.any(String), browser: '' })
  const changed = await agnize(['accounts', 'password', 'root'], {
    home,
    stdin: Buffer.from('the new one is long'),
  })
  expect(changed.stdout).toContain('its sessions have ended')
  expect(await caller()).toBeNull()
  const signIn = (secret: string) =>
    fetch(`${started.url}/v1/session`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ name: 'Root', password: secret }),
    })
  expect((await signIn(password)).status).toBe(401)
  expect((await signIn('the new one is long')).status).toBe(201)
  const ended = await agnize(['accounts', 'sessions', 'root', '--end'], { home })
  expect(ended.stdout).toBe('ended 1 session of Root.\n')
})

describe('in a terminal', () => {
  test('a password is asked for twice and not shown', async () => {
    const home = await temporaryFolder()
    const args = ['accounts', 'add', 'Anna', '--role', 'viewer']
    const typed = (again: string) => `${password}\n${again}\n`
    const differ = await inTerminal(args, { home, prompt: /Password: $/, typed: typed('another') })
    expect([differ.code, differ.screen]).toEqual([2, expect.stringContaining('passwords differ')])
    const made = await inTerminal(args, { home, prompt: /Password: $/, typed: typed(password) })
    expect([made.code, made.screen]).toEqual([0, expect.stringContaining('created Anna, viewer.')])
    expect(made.screen.replace(typed(password), '')).not.toContain(password)
    const left = await inTerminal(['accounts', 'password', 'Anna'], {
      ...{ home, prompt: /Password: $/, typed: '\u0003' },
    })
    expect([left.code, left.screen]).toEqual([130, expect.stringContaining('Nothing was changed')])
  })
})
