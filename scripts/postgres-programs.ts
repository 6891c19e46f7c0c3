/** Finds the programs of PostgreSQL 15 or newer with pgvector 0.8 or newer, or installs them apart from the system. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** The programs of a server, and how they are run. */
export interface PostgresPrograms {
  /** Where they come from, in words. */
  readonly origin: string
  /** Folder for temporary data, on this machine. */
  readonly folder: string
  /** The user that owns the data, where that is another than this process's. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined
  /** A path as the programs see it. */
  inside(path: string): string
  spawn(program: string, args: readonly string[]): ChildProcess
}

/** Programs of the system, or of a root of Debian in the user's cache; undefined where there are none. */
export async function findPrograms(): Promise<PostgresPrograms | undefined> {
  return systemPrograms() ?? rootPrograms()
}

const isRoot = process.getuid?.() === 0

/** Folders of PostgreSQL's programs and shared files, the newest first. */
function installations(): { bin: string; share: string }[] {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian)
    ? readdirSync(debian).sort((a, b) => Number(b) - Number(a))
    : []
  const found = versions.map((version) => ({
    bin: join(debian, version, 'bin'),
    share: join('/usr/share/postgresql', version),
  }))
  const config = spawnSync('pg_config', ['--bindir', '--sharedir'], { encoding: 'utf8' })
  const [bin, share] = (config.stdout ?? '').split('\n')
  if (bin && share) found.push({ bin, share })
  return found
}

function systemPrograms(): PostgresPrograms | undefined {
  for (const { bin, share } of installations()) {
    const control = join(share, 'extension', 'vector.control')
    if (!existsSync(join(bin, 'postgres')) || !existsSync(control)) continue
    const server = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' })
    const vector = /default_version = '(\d+\.\d+)/.exec(readFileSync(control, 'utf8'))?.[1] ?? '0'
    if (Number(/(\d+)/.exec(server)?.[1]) < 15 || Number(vector.split('.')[1]) < 8) continue
    // The server refuses to run as root.
    const user = isRoot ? idsOf(readFileSync('/etc/passwd', 'utf8')) : undefined
    if (isRoot && !user) continue
    return {
      origin: `PostgreSQL of this system (${bin})`,
      folder: tmpdir(),
      user,
      inside: (path) => path,
      spawn: (program, args) =>
        spawn(join(bin, program), args, { ...user, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' }),
    }
  }
  return undefined
}

function idsOf(passwd: string): { uid: number; gid: number } | undefined {
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}

/** Debian's release that has pgvector, and the folder of its programs. */
const release = 'trixie'
const version = '17'

/** A root of Debian with PostgreSQL, run by chroot; it is made once, with debootstrap. */
function rootPrograms(): PostgresPrograms | undefined {
  if (!isRoot || process.platform !== 'linux') return undefined
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'agnize-test')
  const root = join(cache, `postgresql-${version}-${release}`)
  const bin = join('/usr/lib/postgresql', version, 'bin')
  if (!existsSync(root) && !bootstrap(root)) return undefined
  const user = idsOf(readFileSync(join(root, 'etc/passwd'), 'utf8'))
  if (!user) return undefined
  return {
    origin: `PostgreSQL ${version} of Debian ${release} (${root})`,
    folder: join(root, 'var/tmp'),
    user,
    inside: (path) => path.slice(root.length),
    spawn: (program, args) =>
      spawn('chroot', [`--userspec=${user.uid}:${user.gid}`, root, join(bin, program), ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
      }),
  }
}

function bootstrap(root: string): boolean {
  if (spawnSync('debootstrap', ['--version']).status !== 0) return false
  console.error(`Installing PostgreSQL ${version} with pgvector under ${root}, once …`)
  const making = `${root}.${process.pid}`
  mkdirSync(making, { recursive: true })
  const include = `--include=postgresql-${version},postgresql-${version}-pgvector`
  const made = spawnSync('debootstrap', ['--variant=minbase', include, release, making, mirror()], {
    encoding: 'utf8',
  })
  if (made.status !== 0) {
    console.error(
      `debootstrap failed:\n${(made.stdout + made.stderr).split('\n').slice(-6).join('\n')}`,
    )
    rmSync(making, { recursive: true, force: true })
    return false
  }
  rmSync(join(making, 'var/cache/apt/archives'), { recursive: true, force: true })
  // Another process may have been faster.
  if (existsSync(root)) rmSync(making, { recursive: true, force: true })
  else renameSync(making, root)
  return true
}

/** The mirror of Debian that apt uses. */
function mirror(): string {
  const targets = spawnSync('apt-get', ['indextargets', '--format', '$(SITE) $(ORIGIN)'], {
    encoding: 'utf8',
  })
  const sites = (targets.stdout ?? '').split('\n').map((line) => line.split(' ')[0]!)
  return sites.find((site) => /\/debian\/?$/.test(site)) ?? 'http://deb.debian.org/debian'
}
