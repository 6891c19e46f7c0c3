import { mkdir, readFile } from 'node:fs/promises'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { DestinationStream, Logger } from 'pino'
import { diskError } from '../base/errors.js'
import { removeAbandonedParts, writeFileAtomically } from '../base/write-file-atomically.js'
import { newId } from '../gallery/sql/rows.js'
import type { SqlDatabase } from '../gallery/sql/sql-database.js'
import { openSession } from '../session/open-session.js'
import type { OpenOptions } from '../session/options.js'
import { AccountSessions } from './accounts/account-sessions.js'
import { AccountStore } from './accounts/account-store.js'
import { SignInAttempts } from './accounts/sign-in-attempts.js'
import { SignInPlaces } from './accounts/sign-in-places.js'
import { Admission } from './admission.js'
import { buildApp } from './app.js'
import { Authentication } from './authenticate.js'
import type { ServerContext } from './context.js'
import { JobRunner } from './jobs/job-runner.js'
import { KeyStore } from './keys/key-store.js'
import { SessionStore } from './keys/session-store.js'
import { listenError } from './listen-error.js'
import { ChallengeExpiry } from './live/challenge-expiry.js'
import { LiveConnections } from './live/live-connections.js'
import { ResultTokens } from './live/result-tokens.js'
import { createLog } from './log.js'
import { bodyBytes, memoryLimit, photoLimits } from './memory.js'
import { Metrics } from './metrics.js'
import { configuredProvider } from './oidc/configured-provider.js'
import { Invitations } from './oidc/invitations.js'
import { PendingSignIns } from './oidc/pending-sign-ins.js'
import type { OidcProvider } from './oidc/provider.js'
import { agnizeError } from './problem.js'
import { Quotas } from './quotas.js'
import { Idempotency } from './records/idempotency.js'
import { currentActor, Galleries, ServedGallery } from './served-galleries.js'
import { type Settings, speaksTls } from './settings.js'
import { failCurrentWork } from './stray-rejections.js'
import { OwnTls } from './tls/own-tls.js'
import { TrustDoor } from './tls/trust-door.js'
import { consoleUrls, type TrustPorts, trustUrl } from './tls/trust-page.js'

/** Name of the default gallery, which always exists. */
export const defaultGallery = 'default'

/** Seconds that a request waits for a comparison of all people by default: less than proxies wait. Judgment. */
const comparisonPatience = 10

/** Interval between closings of idle connections while the server stops, in milliseconds. Judgment. */
const closeIdleEvery = 250

/** Interval between deletions of expired data, in milliseconds. Judgment. */
const expireEvery = 3_600_000

/**
 * Workers give way to this process (see nice(1)), so that it refuses requests quickly while they use every core
 * (`npm run bench:server`, docs/reference/benchmarks.md).
 */
const workerNiceness = 5

/** A running server. */
export class Server implements ServerContext {
  readonly settings: Settings
  readonly log: Logger
  readonly root: ServedGallery
  readonly galleries: Galleries
  readonly keys: KeyStore
  readonly sessions: SessionStore
  readonly accounts: AccountStore
  readonly accountSessions: AccountSessions
  readonly attempts: SignInAttempts
  readonly signInPlaces = new SignInPlaces()
  readonly provider: OidcProvider | undefined
  readonly pendingSignIns: PendingSignIns
  readonly invitations: Invitations
  readonly authentication: Authentication
  readonly quotas: Quotas
  readonly admission: Admission
  readonly metrics: Metrics
  readonly idempotency: Idempotency
  readonly jobs: JobRunner
  readonly results: ResultTokens
  readonly live: LiveConnections
  readonly tls: OwnTls | undefined
  readonly trust: TrustDoor | undefined
  readonly comparisonPatience: number
  #app: FastifyInstance | undefined
  readonly #challengeExpiry: ChallengeExpiry
  readonly #sockets = new Set<Socket>()
  #expiring: NodeJS.Timeout | undefined
  #memory = 0
  #stopping = false
  #ready = false
  #firstKey: string | null = null

  private constructor(
    settings: Settings,
    root: ServedGallery,
    database: SqlDatabase,
    home: {
      readonly id: string
      readonly log: Logger
      readonly tls: OwnTls | undefined
      readonly comparisonPatience: number
    },
  ) {
    this.settings = settings
    this.comparisonPatience = home.comparisonPatience
    this.log = home.log
    this.root = root
    this.galleries = new Galleries(root)
    this.keys = new KeyStore(database)
    this.sessions = new SessionStore(database, this.keys)
    this.accounts = new AccountStore(database)
    this.accountSessions = new AccountSessions(database)
    this.attempts = new SignInAttempts(database)
    this.provider = configuredProvider(settings)
    this.pendingSignIns = new PendingSignIns(database)
    this.invitations = new Invitations(database)
    this.authentication = new Authentication(this, settings)
    this.quotas = new Quotas(this.keys)
    const { threads, queue } = settings
    this.admission = new Admission({
      threads,
      queue,
      bytes: bodyBytes(settings),
      anonymousBytes: 4e6,
    })
    this.idempotency = new Idempotency(database)
    this.results = new ResultTokens(database)
    this.#challengeExpiry = new ChallengeExpiry(database, home.log)
    this.live = new LiveConnections(this)
    this.tls = home.tls
    this.trust = home.tls && new TrustDoor(home.tls)
    this.metrics = new Metrics({
      inside: () => this.admission.active,
      bytes: () => this.admission.bytes,
      sockets: () => this.live.count,
      galleries: () => this.galleries.list(),
    })
    this.jobs = new JobRunner(this, database, home.id)
  }

  /**
   * Opens the store, warms the networks and listens.
   *
   * @param options - `to`: stream of the log, default standard output; `onPull` receives the progress of the first download;
   * `patience`: seconds that a request waits for a comparison of all people of a gallery.
   * @throws AgnizeError as `openAgnize`; `bad-argument` where the address is in use or not this machine's.
   */
  static async start(
    settings: Settings,
    {
      to,
      onPull,
      onSchemaUpgrade,
      patience = comparisonPatience,
    }: { readonly to?: DestinationStream; readonly patience?: number } & Pick<
      OpenOptions,
      'onPull' | 'onSchemaUpgrade'
    > = {},
  ): Promise<Server> {
    const log = createLog(settings, to)
    const { home, store, model, detector, threads, offline, modelsMirror, use, device } = settings
    try {
      await mkdir(home, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw diskError(error, home)
    }
    const tls = settings.tls === 'auto' ? await OwnTls.open(home, settings.host) : undefined
    const session = openSession(
      {
        home,
        store,
        threads,
        offline,
        gallery: defaultGallery,
        actor: currentActor,
        ...(model && { model }),
        ...(detector && { detector }),
        ...(modelsMirror && { modelsMirror }),
        ...(use && { use }),
        ...(device && { device }),
        limits: photoLimits(settings),
        ...(onPull && { onPull }),
        ...(onSchemaUpgrade && { onSchemaUpgrade }),
      },
      { niceness: workerNiceness, readOnly: settings.readOnly },
    )
    let server: Server | undefined
    try {
      // Creates the default gallery, and reports a faulty store at once.
      const { store } = await session.gallery()
      const database = await session.engine.database()
      const root = new ServedGallery(session)
      const own = { id: await homeId(home), log, tls, comparisonPatience: patience }
      server = new Server(settings, root, database, own)
      await session.engine.warm({ liveness: settings.liveness !== 'off' || settings.challenge })
      server.#app = await buildApp(server)
      await server.#listen(server.#app)
      await removeAbandonedParts(server.settings.home)
      if (!settings.readOnly) {
        await server.jobs.start()
        server.#expire()
        server.#challengeExpiry.start()
      }
      server.#memory = memoryLimit(settings, await session.card())
      log.info(
        { memory_megabytes: Math.round(server.#memory / 1e6), workers: threads },
        'listening',
      )
      // The last step, so that no later failure hides the key. Until then the store has no key and every request is refused.
      if (!settings.insecureLocal && !settings.readOnly) {
        server.#firstKey = await server.keys.createFirst(store.id)
      }
      server.#ready = true
      return server
    } catch (error) {
      if (server) await server.stop()
      else await session.close()
      throw error
    }
  }

  /** Deletes expired visits and sessions, and groups visitors again, now and every hour. */
  #expire(): void {
    const expire = async () => {
      await this.accountSessions.expire()
      await this.attempts.expire()
      for (const { name } of await this.galleries.list()) {
        const { agnize: gallery } = await this.galleries.get(name)
        await gallery.visits.expire()
        await gallery.visits.regroup().catch((error: unknown) => {
          // Without calibration the model cannot group visitors.
          if (agnizeError(error).code !== 'not-calibrated') throw error
        })
      }
    }
    const now = () =>
      expire().catch((error: unknown) => {
        if (!this.#stopping) this.log.warn({ err: error }, 'expired records could not be deleted')
      })
    this.#expiring = setInterval(now, expireEvery)
    this.#expiring.unref()
    void now()
  }

  /** The Fastify instance, for tests. */
  get app(): FastifyInstance {
    return this.#app!
  }

  /** The admin key that was created for a store without keys; shown once, not stored. */
  get firstKey(): string | null {
    return this.#firstKey
  }

  /**
   * Handles an unhandled rejection: it is logged and counted, and the request that caused it gets status 500. The program calls
   * this from its process listener; a library must not install one.
   */
  onUnhandledRejection(error: unknown): void {
    this.metrics.countUnhandledRejection()
    this.log.error({ err: error }, 'unhandled promise rejection')
    failCurrentWork(error)
  }

  /** Upper bound on the memory of the server and its child processes without the galleries' search indexes, in bytes. */
  get memoryLimit(): number {
    return this.#memory
  }

  /** Whether the server accepts requests. */
  get isReady(): boolean {
    return this.#ready && !this.#stopping
  }

  get isStopping(): boolean {
    return this.#stopping
  }

  get port(): number {
    return (this.#app!.server.address() as AddressInfo).port
  }

  /** URL of the server, such as `http://127.0.0.1:8484`. */
  get url(): string {
    const { host } = this.settings
    const name = host.includes(':') ? `[${host}]` : host
    return `${speaksTls(this.settings) ? 'https' : 'http'}://${name}:${this.port}`
  }

  /** What phones need to trust a server with an authority of its own; null for other servers. */
  get trustPage(): {
    /** Address of the page that hands out the certificate; undefined where no other machine reaches the server. */
    readonly url: string | undefined
    readonly fingerprint: string
    /** Addresses of the console that its certificate is for. */
    readonly consoles: readonly string[]
  } | null {
    if (!this.tls) return null
    const ports = this.trustPorts
    return {
      url: trustUrl(this.tls, ports),
      fingerprint: this.tls.authority.fingerprint256,
      consoles: consoleUrls(this.tls, ports),
    }
  }

  /** The ports of the console and of the page that hands out the certificate. */
  get trustPorts(): TrustPorts {
    return { secure: this.port, plain: this.trust?.port ?? 0 }
  }

  /** Finishes requests in progress, refuses new ones, and closes the store. */
  async stop(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    clearInterval(this.#expiring)
    this.tls?.close()
    await this.trust?.close()
    this.live.close()
    await this.#challengeExpiry.stop()
    await this.jobs.stop()
    await this.#closeConnections()
    await this.quotas.close()
    await this.galleries.close()
    await this.root.session.close()
  }

  /** Waits for responses in progress up to their time limit, then closes the remaining connections. */
  async #closeConnections(): Promise<void> {
    const app = this.#app
    if (!app) return
    const patience = setTimeout(
      () => {
        for (const socket of this.#sockets) socket.destroy()
      },
      (this.settings.workSeconds + 5) * 1000,
    )
    // A request may be in transit on a connection that looks idle: it is still read, and answered with `closed`.
    await pause(closeIdleEvery)
    const idle = setInterval(() => app.server.closeIdleConnections(), closeIdleEvery)
    await app.close()
    clearInterval(idle)
    clearTimeout(patience)
  }

  async #listen(app: FastifyInstance): Promise<void> {
    const { host, port } = this.settings
    app.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    await app
      .listen({ host, port })
      .catch((error: unknown) => listenError(error, host, port, 'port'))
    const { tls, trust } = this
    if (!tls || !trust) return
    await trust.listen(host, this.settings.trustPort ?? (port && port + 1), this.port)
    tls.watch(() => this.renewCertificate())
  }

  /** Renews the certificate of an authority of its own where that is needed; connections that are open keep the former one. */
  async renewCertificate(): Promise<void> {
    const { tls, log } = this
    if (!tls) return
    try {
      if (!(await tls.renew())) return
      const { server } = this.#app as unknown as { server: TlsServer }
      server.setSecureContext(tls.current)
      log.info({ names: tls.names }, 'certificate renewed')
    } catch (err) {
      log.warn({ err }, 'the certificate could not be renewed')
    }
  }
}

/** Id of this server, which distinguishes its jobs from those of other servers over the same store. */
async function homeId(home: string): Promise<string> {
  const path = join(home, 'server-id')
  const known = await readFile(path, 'utf8').catch(() => '')
  if (known.trim()) return known.trim()
  const id = newId()
  await writeFileAtomically(path, Buffer.from(`${id}\n`))
  return id
}
