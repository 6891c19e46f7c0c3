import { readFileSync } from 'node:fs'
import { AgnizeError } from '../../base/errors.js'
import type { Settings } from '../settings.js'
import { nameClaims, rolesClaim, rolesFollowClaims } from './claims.js'
import { OidcProvider } from './provider.js'

/** The provider of the settings; undefined without one. @throws AgnizeError `bad-argument` for a file that cannot be read. */
export function configuredProvider(
  settings: Settings,
  environment: NodeJS.ProcessEnv = process.env,
): OidcProvider | undefined {
  const { oidcIssuer, oidcClientId, oidcSecretFile, oidcLabel, oidcScopes } = settings
  if (oidcIssuer === undefined || oidcClientId === undefined) return undefined
  const secret =
    environment.AGNIZE_OIDC_SECRET || (oidcSecretFile && readSecret(oidcSecretFile)) || undefined
  return new OidcProvider({
    issuer: oidcIssuer,
    clientId: oidcClientId,
    secret,
    label: oidcLabel ?? new URL(oidcIssuer).host,
    scopes: oidcScopes.includes('openid') ? oidcScopes : ['openid', ...oidcScopes],
    wanted: [
      ...(settings.oidcNewAccounts || rolesFollowClaims(settings)
        ? nameClaims(settings).slice(0, 1)
        : []),
      ...(rolesFollowClaims(settings) ? [rolesClaim(settings)] : []),
    ],
  })
}

function readSecret(path: string): string {
  let secret: string
  try {
    secret = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new AgnizeError(
      'bad-argument',
      `The file ${path} cannot be read: check oidcSecretFile.`,
      {
        cause,
      },
    )
  }
  if (secret !== '') return secret
  throw new AgnizeError('bad-argument', `The file ${path} is empty: check oidcSecretFile.`)
}
