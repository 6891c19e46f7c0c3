import { Command, Option } from 'commander'
import { counted } from '../base/counted.js'
import type { Server } from '../server/server.js'
import type { SettingName } from '../server/settings.js'
import type { GlobalOptions } from './command-options.js'
import { configurationFile } from './configuration.js'
import { megabytes, Progress } from './progress.js'
import { reportSchemaUpgrade } from './schema-upgrade.js'
import { colors, print, printNote, printStderr } from './terminal.js'

/** Server settings that are global options of the command. */
const globalNames = new Set<string>([
  'home',
  'store',
  'model',
  'detector',
  'threads',
  'offline',
  'maxMegapixels',
  'maxMegabytes',
  'modelsMirror',
  'device',
])

/**
 * Flags of the server with their help texts. They are listed here, since the settings module is loaded only on `serve`, to keep
 * the start of the other commands fast.
 */
const flags: readonly [flag: string, help: string][] = [
  ['--host <address>', 'address to listen on (default: 127.0.0.1)'],
  ['--port <n>', 'port to listen on (default: 8484)'],
  [
    '--insecure-local',
    'accept requests from this machine without a key; only on a loopback address',
  ],
  ['--read-only', 'answer from a replica of PostgreSQL: changes are refused, nothing is recorded'],
  ['--use <use>', 'what the models are used for: commercial or research; others are refused'],
  ['--tls-cert <file>', 'certificate (PEM); with --tls-key the server speaks HTTPS'],
  ['--tls-key <file>', 'its private key (PEM)'],
  [
    '--tls <how>',
    'auto: HTTPS with a certificate by an authority of its own, which phones can trust',
  ],
  [
    '--trust-port <n>',
    "port of the page that hands out that authority's certificate (default: the next)",
  ],
  ['--trust-proxy <addresses>', 'proxies whose X-Forwarded-For is trusted, separated by commas'],
  [
    '--cors <origins>',
    'origins of pages that may call the API, separated by commas; * for all, null for files',
  ],
  ['--photo-seconds <n>', 'time limit for processing one photo (default: 30)'],
  ['--max-faces <n>', 'faces per photo; the largest are used (default: 200)'],
  ['--max-request-megabytes <n>', 'largest request (default: 50)'],
  ['--max-archive-megabytes <n>', 'largest archive of photos (default: 4096)'],
  ['--queue <n>', 'photos that may wait (default: 8 per thread)'],
  ['--request-seconds <n>', 'time limit for receiving a request (default: 30)'],
  ['--work-seconds <n>', 'time limit for answering a request (default: 60)'],
  ['--requests-per-minute <n>', 'requests per minute and key (default: unlimited)'],
  ['--max-sockets <n>', 'live connections at the same time (default: 2000)'],
  ['--urls', 'fetch photos from addresses that clients name'],
  [
    '--url-hosts <hosts>',
    'hosts on private networks from which photos may be fetched nevertheless',
  ],
  ['--import-folder <folder>', 'folder from whose subfolders jobs may enroll'],
  [
    '--oidc-issuer <url>',
    'let people sign in at an OpenID Connect provider: its issuer, such as https://login.example/realms/works',
  ],
  ['--oidc-client-id <id>', 'client id that the provider has given to this server'],
  [
    '--oidc-secret-file <file>',
    'file with the client secret that belongs to it; or give it in AGNIZE_OIDC_SECRET',
  ],
  ['--oidc-label <text>', 'name of the provider on the sign-in button (default: its host)'],
  [
    '--oidc-scopes <scopes>',
    'scopes that the provider is asked for, separated by commas (default: openid,profile,email)',
  ],
  [
    '--oidc-name-claim <claim>',
    'claim that names new accounts, or the path to it (default: preferred_username, else email)',
  ],
  [
    '--oidc-new-accounts <role>',
    'viewer or operator: whoever signs in at the provider gets an account with this role (default: only people with an account get in)',
  ],
  [
    '--oidc-roles <pairs>',
    'roles by group, separated by commas, such as administrator=agnize-admins,operator=staff: members get accounts',
  ],
  [
    '--oidc-roles-claim <claim>',
    'claim that lists the groups of a person, or the path to it, such as realm_access.roles (default: groups)',
  ],
  [
    '--oidc-galleries <names>',
    'galleries of accounts that a first sign-in makes, separated by commas (default: all)',
  ],
  [
    '--strangers <how>',
    'answer of the CompreFace API for strangers: low, empty or name (default: low)',
  ],
  [
    '--liveness <mode>',
    'tell faces in live frames from pictures of faces: off, observe or require live faces (default: off)',
  ],
  ['--challenge', 'the kiosk greets only who has followed a challenge'],
  ['--no-console', 'do not serve the console at /'],
  ['--no-docs', 'do not serve the documentation at /docs'],
  ['--log-level <level>', 'fatal, error, warn, info, debug or silent (default: info)'],
]

/** Help texts of global options with another meaning or default in the server. */
const serverOptionHelp: Readonly<Record<string, string>> = {
  maxMegapixels: 'largest photo in pixels (default: 50)',
  maxMegabytes: 'largest photo (default: 10)',
}

/** Limits the help to the global options that the server supports, with the server's help texts. */
function limitHelp(command: Command): void {
  const createHelp = command.createHelp.bind(command)
  command.createHelp = () => {
    const help = createHelp()
    const visible = help.visibleGlobalOptions.bind(help)
    const describe = help.optionDescription.bind(help)
    help.visibleGlobalOptions = (command) =>
      visible(command).filter((option) => {
        const name = option.attributeName()
        return globalNames.has(name) || ['config', 'quiet', 'debug', 'version'].includes(name)
      })
    help.optionDescription = (option) =>
      serverOptionHelp[option.attributeName()] ?? describe(option)
    return help
  }
}

/** `agnize serve` */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('serve the console and the API over HTTP, with a drop-in for CompreFace')
    .option('--print-config', 'print the effective settings and exit')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize serve
  $ agnize serve --host 0.0.0.0 --tls auto
  $ agnize serve --host 0.0.0.0 --tls-cert server.crt --tls-key server.key
  $ agnize serve --store postgres://agnize:secret@db/agnize --port 8080

The first start prints a key for everything, once. Every flag is also a setting of the file ("maxMegabytes") and a variable
(AGNIZE_MAX_MEGABYTES); flags override variables, and variables override the file.`,
    )
  limitHelp(command)
  for (const [flag, help] of flags) command.addOption(new Option(flag, help))
  return command.action(async (options: Record<string, unknown>, command: Command) => {
    const [{ printableSettings, settingNames, settingsFrom }, { Server }] = await Promise.all([
      import('../server/settings.js'),
      import('../server/server.js'),
    ])
    const program = command.parent!
    const globals = program.opts<GlobalOptions>() as Record<string, unknown>
    const given: Partial<Record<SettingName, unknown>> = {}
    for (const name of settingNames) {
      const isGlobal = globalNames.has(name)
      // Variables and the file are read by the settings themselves.
      if (isGlobal && program.getOptionValueSource(name) !== 'cli') continue
      const value = isGlobal ? globals[name] : options[name]
      // Because of --no-docs and --no-console, Commander sets both to true when neither option is given.
      const isDefault = (name === 'docs' || name === 'console') && value === true
      if (value !== undefined && !isDefault) given[name] = value
    }
    const settings = settingsFrom(given, process.env, configurationFile(globals))
    if (options.printConfig) {
      print(JSON.stringify(printableSettings(settings), null, 2))
      return
    }
    const progress = new Progress('models', { inLines: true })
    let server: Awaited<ReturnType<typeof Server.start>> | undefined
    // An unhandled rejection in one request must not end the others. Before the server has started, it ends the process.
    process.on('unhandledRejection', (error) => {
      if (!server) throw error
      server.onUnhandledRejection(error)
    })
    server = await Server.start(settings, {
      onPull: (pulled) => {
        progress.update(...megabytes(pulled))
        if (pulled.done === pulled.total) progress.stop()
      },
      onSchemaUpgrade: reportSchemaUpgrade,
    }).finally(() => progress.stop())
    if (server.firstKey) {
      printStderr(
        `${colors.bold('The first key')}, for everything, shown only once:  ${server.firstKey}`,
      )
    }
    const places = [
      ...(settings.console ? ['open it in a browser for the console'] : []),
      ...(settings.docs ? [`documentation at ${server.url}/docs`] : []),
    ]
    printNote([`${colors.green('listening')} on ${server.url}`, ...places].join(', '))
    if (server.trustPage) await printTrust(server.trustPage)
    const gigabytes = (server.memoryLimit / 1e9).toFixed(1)
    printNote(
      `${counted(settings.threads, 'worker')}; at most ${gigabytes} GB of memory, plus that for searching galleries`,
    )
    const started = server
    await waitForStopSignal(() => started.stop())
  })
}

/** Prints how phones come to trust the server. */
async function printTrust({
  url,
  fingerprint,
  consoles,
}: NonNullable<Server['trustPage']>): Promise<void> {
  printNote(`certificate for ${consoles.join(' ')}`)
  printNote(
    url
      ? `phones and other computers trust it after the steps on ${colors.bold(url)}`
      : 'only this machine reaches the server: phones need --host 0.0.0.0',
  )
  if (url && process.stderr.isTTY) {
    const { default: encodeQr } = await import('qr')
    printNote(encodeQr(url, 'ascii'))
  }
  printNote(`SHA-256 fingerprint of its authority, to compare there: ${fingerprint}`)
}

/** Waits for SIGINT or SIGTERM, then stops; a second signal ends the process at once. */
async function waitForStopSignal(stop: () => Promise<void>): Promise<void> {
  await new Promise<void>((done) => {
    let stopping = false
    const onSignal = () => {
      if (stopping) process.exit(130)
      stopping = true
      printNote('stopping: requests in progress are finished')
      done()
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
  await stop()
}
