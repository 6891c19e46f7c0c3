import { isAccountName } from '../accounts/account.js'
import { type Role, roles } from '../keys/caller.js'
import type { Settings } from '../settings.js'
import { type Claims, claimAt } from './claim-at.js'

/** Whether a claim is a text, a number or a truth value, as a group is. */
const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)

/** The settings that say what claims mean. */
export type ClaimSettings = Pick<
  Settings,
  'oidcNameClaim' | 'oidcRolesClaim' | 'oidcRoles' | 'oidcNewAccounts'
>

/** The claims from which the name of a new account is taken, the first that fits. */
export const nameClaims = ({ oidcNameClaim }: ClaimSettings) =>
  oidcNameClaim === undefined ? ['preferred_username', 'email'] : [oidcNameClaim]

/** The claim that lists the groups of a person: its name, or the path to it. */
export const rolesClaim = ({ oidcRolesClaim }: ClaimSettings) => oidcRolesClaim ?? 'groups'

/** The name of a new account; empty where no claim gives one. */
export function nameIn(claims: Claims, settings: ClaimSettings): string {
  const given = nameClaims(settings).flatMap((claim) => {
    const value = claimAt(claims, claim)
    return typeof value === 'string' ? [value] : []
  })
  return given.find(isAccountName) ?? given[0] ?? ''
}

/** Whether roles follow the claims at every sign-in. */
export const rolesFollowClaims = ({ oidcRoles }: ClaimSettings) => oidcRoles.length > 0

/** The role that the settings give to a person, the highest of several; undefined where they give none. */
export function roleIn(claims: Claims, settings: ClaimSettings): Role | undefined {
  const value = claimAt(claims, rolesClaim(settings))
  const groups = (Array.isArray(value) ? value : [value]).filter(isPlain).map(String)
  const given = settings.oidcRoles.flatMap((each) => {
    const mark = each.indexOf('=')
    return groups.includes(each.slice(mark + 1)) ? [each.slice(0, mark)] : []
  })
  return [...roles].reverse().find((role) => given.includes(role)) ?? settings.oidcNewAccounts
}
