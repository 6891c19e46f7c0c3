import { Command } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { schemaVersion } from '../json/photo-json.js'
import type { Agnize } from '../library/agnize.js'
import type { Account } from '../server/accounts/account.js'
import type { GallerySession } from '../session/gallery-session.js'
import { collect, withAgnize } from './command-options.js'
import { confirmDeletion, yesOption } from './confirmation.js'
import { type IssuerOptions, issuerOfServer, issuerOption } from './issuer-of-server.js'
import { csvOption, dateCell, printTable } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'
import { typedPassword } from './typed-password.js'

/** `agnize accounts` */
export function accountsCommand(): Command {
  const accounts = new Command('accounts')
    .description('manage the accounts of people who sign in to the console')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize accounts add Anna --role administrator
  $ agnize accounts password Anna            # also where nobody can sign in any more
  $ agnize accounts add door --role viewer --for default < password.txt
  $ agnize accounts galleries door default garden
  $ agnize accounts add Vera --role viewer --invite    # signs in at the provider of the server
  $ agnize accounts sessions Anna --end`,
    )
  accounts
    .command('add')
    .description('create an account; its password is asked for, or read from standard input')
    .argument('<name>', 'name with which its owner signs in')
    .requiredOption('--role <role>', 'viewer, operator or administrator')
    .option(
      '--for <gallery>',
      'gallery that the account may use; may be repeated (default: all)',
      collect,
    )
    .option(
      '--invite',
      "instead of a password, print an invitation to sign in at the server's provider",
    )
    .option(...issuerOption)
    .option('--json', 'one JSON object')
    .action((name: string, options: AddOptions, command: Command) =>
      changing(command, async ({ accounts, invitations, record }, agnize) => {
        const { roles } = await import('../server/keys/caller.js')
        const role = roles.find((each) => each === options.role)
        if (!role) {
          throw new AgnizeError(
            'bad-argument',
            `--role is one of ${roles.join(', ')}, not ${options.role}.`,
          )
        }
        if (options.invite) await issuerOfServer(command, options)
        const { for: galleries } = options
        await requireGalleries(agnize, galleries ?? [])
        const password = options.invite ? undefined : await typedPassword()
        const account = await accounts.create({ name, role, galleries, password })
        await record('account-create', { account: account.id, role })
        const invited = options.invite ? await invitations.make(account.id) : undefined
        if (invited) await record('account-invite', { account: account.id })
        await printAccount(await accounts.get(account.id), options, invited)
        if (invited && !options.json) printInvitation(account.name, invited)
      }),
    )
  accounts
    .command('list')
    .description('list the accounts')
    .option('--json', 'print one JSON object per account')
    .addOption(csvOption)
    .action(({ json, csv }: { json?: boolean; csv?: boolean }, command: Command) =>
      withAgnize(command, async (_agnize, _signal, session) => {
        const list = await (await storesOf(session)).accounts.list()
        if (json) for (const account of list) await printAccount(account, { json })
        else if (list.length === 0 && !csv)
          printNote('There are no accounts: create one with "agnize accounts add".')
        else {
          printTable(
            ['name', 'role', 'galleries', 'signs in by', 'last sign-in', 'disabled'],
            list.map(({ name, role, galleries, signedInAt, isDisabled, ...ways }) => [
              ...[name, role, galleries.join(', '), waysOf(ways)],
              signedInAt ? dateCell(signedInAt) : { text: 'never', value: null },
              isDisabled ? 'yes' : 'no',
            ]),
            { csv },
          )
        }
      }),
    )
  accounts
    .command('password')
    .description('set a new password for an account, and end its sessions')
    .argument('<name>', 'name of the account')
    .action((name: string, _options: object, command: Command) =>
      changing(command, async ({ accounts, attempts, record }) => {
        const { id, name: own } = await accounts.named(name)
        await accounts.change(id, { password: await typedPassword() })
        await attempts.forget(own)
        await record('account-change', { account: id, password: true })
        print(`${colors.green('changed')} the password of ${own}; its sessions have ended.`)
      }),
    )
  accounts
    .command('role')
    .description('change the role of an account')
    .argument('<name>', 'name of the account')
    .argument('<role>', 'viewer, operator or administrator')
    .action((name: string, wanted: string, _options: object, command: Command) =>
      changing(command, async ({ accounts, record }) => {
        const { roles } = await import('../server/keys/caller.js')
        const role = roles.find((each) => each === wanted)
        if (!role) {
          throw new AgnizeError(
            'bad-argument',
            `The role is one of ${roles.join(', ')}, not ${wanted}.`,
          )
        }
        const { id, name: own } = await accounts.named(name)
        await accounts.change(id, { role })
        await record('account-change', { account: id, role })
        print(`${colors.green('changed')} the role of ${own} to ${role}.`)
      }),
    )
  accounts
    .command('galleries')
    .description('set the galleries that an account may use')
    .argument('<name>', 'name of the account')
    .argument('[galleries...]', 'names of galleries')
    .option('--all', 'all galleries, including future ones')
    .action((name: string, given: string[], { all }: { all?: boolean }, command: Command) =>
      changing(command, async ({ accounts, record }, agnize) => {
        if (given.length > 0 === (all === true)) {
          throw new AgnizeError('bad-argument', 'Name the galleries of the account, or use --all.')
        }
        await requireGalleries(agnize, given)
        const { id, name: own } = await accounts.named(name)
        const { galleries } = await accounts.change(id, { galleries: all ? ['*'] : given })
        await record('account-change', { account: id, galleries })
        const words = all ? 'all galleries' : galleries.join(', ')
        print(`${colors.green('changed')} ${own} may use ${words}.`)
      }),
    )
  for (const [word, isDisabled, description] of [
    ['disable', true, 'disable an account, and end its sessions'],
    ['enable', false, 'enable a disabled account'],
  ] as const) {
    accounts
      .command(word)
      .description(description)
      .argument('<name>', 'name of the account')
      .action((name: string, _options: object, command: Command) =>
        changing(command, async ({ accounts, record }) => {
          const { id, name: own } = await accounts.named(name)
          await accounts.change(id, { isDisabled })
          await record('account-change', { account: id, disabled: isDisabled })
          print(`${colors.green(`${word}d`)} ${own}.`)
        }),
      )
  }
  accounts
    .command('invite')
    .description('print an invitation that links an account to its owner at the provider')
    .argument('<name>', 'name of the account')
    .option(...issuerOption)
    .action((name: string, options: IssuerOptions, command: Command) =>
      changing(command, async ({ accounts, invitations, record }) => {
        await issuerOfServer(command, options)
        const account = await accounts.named(name)
        const invited = await invitations.make(account.id)
        await record('account-invite', { account: account.id })
        printInvitation(account.name, invited)
      }),
    )
  accounts
    .command('link')
    .description("link an account to a person at the server's provider")
    .argument('<name>', 'name of the account')
    .argument('<subject>', '"sub" of the person there')
    .option(...issuerOption)
    .action((name: string, subject: string, options: IssuerOptions, command: Command) =>
      changing(command, async ({ accounts, record }) => {
        const issuer = await issuerOfServer(command, options)
        const { id, name: own } = await accounts.named(name)
        await accounts.change(id, { identity: { issuer, subject } })
        await record('account-change', { account: id, identity: true })
        print(`${colors.green('linked')} ${own}; its sessions have ended.`)
      }),
    )
  accounts
    .command('unlink')
    .description('unlink an account from the provider, and end its sessions')
    .argument('<name>', 'name of the account')
    .action((name: string, _options: object, command: Command) =>
      changing(command, async ({ accounts, record }) => {
        const { id, name: own } = await accounts.named(name)
        await accounts.change(id, { identity: null })
        await record('account-change', { account: id, identity: false })
        print(`${colors.green('unlinked')} ${own}; its sessions have ended.`)
      }),
    )
  accounts
    .command('remove')
    .description('delete an account with its sessions')
    .argument('<name>', 'name of the account')
    .option(...yesOption)
    .action((name: string, { yes }: { yes?: boolean }, command: Command) =>
      changing(command, async ({ accounts, record }) => {
        const { id, name: own } = await accounts.named(name)
        if (!yes) await confirmDeletion(`Delete the account ${own}?`)
        await accounts.remove(id)
        await record('account-delete', { account: id })
        print(`${colors.green('removed')} ${own}.`)
      }),
    )
  accounts
    .command('sessions')
    .description('list the sessions of an account')
    .argument('<name>', 'name of the account')
    .option('--end', 'end all its sessions')
    .option('--json', 'print one JSON object per session')
    .addOption(csvOption)
    .action((name: string, { end, json, csv }: SessionsOptions, command: Command) => {
      if (end) {
        return changing(command, async ({ accounts, sessions, record }) => {
          const { id, name: own } = await accounts.named(name)
          const ended = await sessions.endAll(id)
          await record('sessions-end', { account: id, sessions: ended })
          print(`${colors.green('ended')} ${counted(ended, 'session')} of ${own}.`)
        })
      }
      return withAgnize(command, async (_agnize, _signal, session) => {
        const { accounts, sessions } = await storesOf(session)
        const { id, name: own } = await accounts.named(name)
        const list = await sessions.list(id)
        if (json) {
          for (const { id, browser, method, createdAt, seenAt, expiresAt } of list) {
            const times = { created_at: createdAt, seen_at: seenAt, expires_at: expiresAt }
            printJson({ schema_version: schemaVersion, id, browser, method, ...times })
          }
        } else if (list.length === 0 && !csv) printNote(`${own} is not signed in anywhere.`)
        else {
          printTable(
            ['browser', 'by', 'since', 'last used', 'ends'],
            list.map(({ browser, method, createdAt, seenAt, expiresAt }) => [
              browser === '' ? 'unknown' : browser,
              method === 'oidc' ? 'provider' : method,
              ...[createdAt, seenAt, expiresAt].map(dateCell),
            ]),
            { csv },
          )
        }
      })
    })
  return accounts
}

interface AddOptions extends IssuerOptions {
  readonly role: string
  readonly for?: string[]
  readonly invite?: boolean
  readonly json?: boolean
}

interface SessionsOptions {
  readonly end?: boolean
  readonly json?: boolean
  readonly csv?: boolean
}

type Stores = Awaited<ReturnType<typeof storesOf>>

/** Details of an entry of the audit log. */
type Details = Record<string, string | number | boolean | readonly string[]>

/**
 * Runs a change of accounts. As those of the server, it goes to the audit log of the default gallery, whichever the command names,
 * and it is not made where that cannot be opened.
 */
function changing(
  command: Command,
  work: (
    stores: Stores & { record(action: string, details: Details): Promise<void> },
    agnize: Agnize,
  ) => Promise<void>,
): Promise<void> {
  return withAgnize(command, async (agnize, _signal, session) => {
    const { defaultGallery } = await import('../session/gallery-session.js')
    await using audited = session.sibling({ gallery: defaultGallery })
    const { store } = await audited.gallery()
    const record = async (action: string, details: Details) => {
      await store.audit.append({ action, subjectId: null, details })
    }
    await work({ ...(await storesOf(session)), record }, agnize)
  })
}

/** @throws AgnizeError `unknown-gallery`. */
async function requireGalleries(agnize: Agnize, galleries: readonly string[]): Promise<void> {
  const names = (await agnize.gallery.list()).map((gallery) => gallery.name)
  const unknown = galleries.find((gallery) => !names.includes(gallery))
  if (unknown === undefined) return
  throw new AgnizeError(
    'unknown-gallery',
    `There is no gallery ${unknown}: "agnize gallery list" shows them.`,
  )
}

/** What is kept of accounts. */
async function storesOf(session: GallerySession) {
  const [{ AccountStore }, { AccountSessions }, { SignInAttempts }, { Invitations }] =
    await Promise.all([
      import('../server/accounts/account-store.js'),
      import('../server/accounts/account-sessions.js'),
      import('../server/accounts/sign-in-attempts.js'),
      import('../server/oidc/invitations.js'),
    ])
  const database = await session.engine.database()
  return {
    accounts: new AccountStore(database),
    sessions: new AccountSessions(database),
    attempts: new SignInAttempts(database),
    invitations: new Invitations(database),
  }
}

/** How the owner of an account signs in. */
function waysOf({ hasPassword, identity }: Pick<Account, 'hasPassword' | 'identity'>): string {
  const ways = [...(hasPassword ? ['password'] : []), ...(identity ? ['provider'] : [])]
  return ways.length === 0 ? 'invitation' : ways.join(', ')
}

/** An invitation, and when it ends. */
interface Invited {
  readonly invitation: string
  readonly expiresAt: string
}

/** Prints an invitation on standard output, and what to do with it beside. */
function printInvitation(name: string, { invitation, expiresAt }: Invited): void {
  printNote(
    `Valid once, until ${expiresAt.slice(0, 16)} UTC: ${name} opens the address of the console with this at its end:`,
  )
  print(`#invitation=${invitation}`)
}

async function printAccount(
  account: Account,
  { json }: { readonly json?: boolean },
  invited?: Invited,
): Promise<void> {
  if (!json) {
    print(`${colors.green('created')} ${account.name}, ${account.role}.`)
    return
  }
  const { accountJson } = await import('../server/accounts/account.js')
  printJson({
    ...{ schema_version: schemaVersion, ...accountJson(account) },
    ...(invited && { invitation: invited.invitation, invitation_expires_at: invited.expiresAt }),
  })
}
