import { AgnizeError } from '../../base/errors.js'
import type { Account, IdentifiedAccount } from '../accounts/account.js'
import { noAccount } from '../accounts/account-sessions.js'
import { recordOfAccounts } from '../accounts/sign-in.js'
import type { ServerContext } from '../context.js'
import type { Role } from '../keys/caller.js'
import { nameIn, roleIn, rolesFollowClaims } from './claims.js'
import type { PendingSignIn } from './pending-sign-ins.js'
import type { Person } from './provider.js'

/**
 * The account of a person whom the provider has recognized: the one that is linked to issuer and subject, else the invited one, which
 * is linked, else a new one where the settings give the person a role. Names and addresses of mail find no account, as people change
 * them, and providers give them to others.
 *
 * @throws AgnizeError `no-account`, `account-exists`, `bad-name`, `sign-in-expired`.
 */
export async function accountOfPerson(
  server: ServerContext,
  { identity, claims }: Person,
  invited: PendingSignIn['invited'],
): Promise<IdentifiedAccount> {
  const { accounts, settings } = server
  const role = roleIn(claims, settings)
  if (rolesFollowClaims(settings) && role === undefined) throw noAccount()
  const known = await accounts.withIdentity(identity)
  if (known && invited !== null && known.id !== invited.account) {
    throw new AgnizeError(
      'account-exists',
      `You already have the account ${JSON.stringify(known.name)}: sign in without the invitation.`,
    )
  }
  const linked = known ?? (invited === null ? undefined : await link(server, invited, identity))
  if (linked) {
    if (linked.isDisabled) throw noAccount()
    const follows = rolesFollowClaims(settings) && role !== undefined && role !== linked.role
    return { identity, account: follows ? await withRole(server, linked, role) : linked }
  }
  // The first account is made with a key, so that not whoever comes first decides who administers.
  if (role === undefined || !(await accounts.hasAny())) throw noAccount()
  return { identity, account: await create(server, { identity, claims }, role) }
}

async function link(
  server: ServerContext,
  invited: NonNullable<PendingSignIn['invited']>,
  identity: Person['identity'],
): Promise<Account> {
  const account = await server.accounts.link(invited, identity)
  await recordOfAccounts(server, 'account-change', { account: account.id, identity: true })
  return account
}

async function create(server: ServerContext, { identity, claims }: Person, role: Role) {
  const { accounts, settings } = server
  try {
    const galleries = settings.oidcGalleries
    const account = await accounts.create({
      ...{ name: nameIn(claims, settings), role, identity },
      ...(galleries.length > 0 &&
        (role === 'administrator' ? { laterGalleries: galleries } : { galleries })),
    })
    await recordOfAccounts(server, 'account-create', { account: account.id, role, identity: true })
    return account
  } catch (error) {
    if (!(error instanceof AgnizeError && error.code === 'account-exists')) throw error
    // Another tab of the same person was faster.
    const made = await accounts.withIdentity(identity)
    if (made) return made
    throw new AgnizeError(
      'account-exists',
      'Another account has your name and is not linked to you: ask an administrator for an invitation.',
    )
  }
}

/** An account with the role that the provider gives; the last administrator keeps that role. */
async function withRole(server: ServerContext, account: Account, role: Role): Promise<Account> {
  try {
    const changed = await server.accounts.change(account.id, { role })
    await recordOfAccounts(server, 'account-change', { account: account.id, role })
    return changed
  } catch (error) {
    if (!(error instanceof AgnizeError && error.code === 'last-administrator')) throw error
    server.log.warn({ account_id: account.id }, 'the last administrator keeps the role')
    return account
  }
}
