import type { Command } from 'commander'
import { AgnizeError } from '../base/errors.js'
import type { GlobalOptions } from './command-options.js'
import { configurationFile } from './configuration.js'

/** `--issuer`, for commands that concern the provider of the server. */
export const issuerOption = [
  '--issuer <url>',
  'the provider, as the server has it in --oidc-issuer (default: AGNIZE_OIDC_ISSUER, or oidcIssuer of the configuration file)',
] as const

/** The option of {@link issuerOption}. */
export interface IssuerOptions {
  readonly issuer?: string
}

/**
 * The issuer of the OpenID Connect provider at which people sign in to the server: as it is given, and as the environment or the
 * configuration file has it for the server. A server may get it by its own option, which a command does not see.
 *
 * @throws AgnizeError `not-found` without one; `bad-argument` for one that the server would not accept or does not have.
 */
export async function issuerOfServer(command: Command, given: IssuerOptions): Promise<string> {
  const configured = process.env.AGNIZE_OIDC_ISSUER || (await issuerInFile(command))
  const issuer = given.issuer ?? configured
  if (issuer === undefined) {
    throw new AgnizeError(
      'not-found',
      'No OpenID Connect provider is configured here: give the one of the server with --issuer.',
    )
  }
  const { isSafeIssuer, issuerSchema } = await import('../server/oidc/issuer.js')
  if (!issuerSchema.safeParse(issuer).success || !isSafeIssuer(issuer)) {
    throw new AgnizeError(
      'bad-argument',
      `An issuer is an address such as https://login.example, not ${JSON.stringify(issuer)}.`,
    )
  }
  if (configured !== undefined && issuer !== configured) {
    throw new AgnizeError(
      'bad-argument',
      `The server has the issuer ${configured}, not ${issuer}: write it as it is there.`,
    )
  }
  return issuer
}

async function issuerInFile(command: Command): Promise<string | undefined> {
  const file = configurationFile(command.optsWithGlobals<GlobalOptions>())
  if (file === undefined) return undefined
  const { readSettingsFile } = await import('../base/settings-file.js')
  const value = readSettingsFile(file).find(({ name }) => name === 'oidcIssuer')?.value
  return value === undefined ? undefined : String(value)
}
