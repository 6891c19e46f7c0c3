/**
 * Fetches the public face sets that tests and benches read: `npm run faces:fetch [FOLDER]`, by default .cache/faces.
 *
 * - `lfw`, `lfw-wild` and `protocols`: Labeled Faces in the Wild (Huang et al., 2007), 181 MB. `lfw` is five people with ten
 *   photos each; `lfw-wild` is everybody who is not in folds 1 to 3 of its view 2; `protocols/lfw-folds-4-10.csv` has the
 *   pairs of the other folds.
 * - `orl`: the AT&T faces (Samaria and Harter, 1994), 4 MB, subjects 1 to 30.
 *
 * What is there and complete is not fetched again. The other sets of docs/accuracy.md have no address that can be fetched
 * without an account.
 */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import {
  access,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { extract } from 'tar'
import { openPromise } from 'yauzl'
import { getFollowing } from '../dist/base/http-request.js'

/** A file to download. */
export interface Download {
  /** Addresses of the file, tried in this order. */
  readonly urls: readonly string[]
  /** SHA-256 of the file; null where only what is kept of its content is checked. */
  readonly sha256: string | null
}

/** Where the sets come from, and what they must contain. */
export interface Sources {
  /** LFW's original photos, a .tgz. */
  readonly lfw: Download
  /** LFW's pairs of view 2. */
  readonly pairs: Download
  /** The AT&T faces, a .zip. */
  readonly orl: Download
  /** SHA-256 of the list of the AT&T faces that are kept, with the SHA-256 of each, as `sha256sum` prints it. */
  readonly orlList: string
  /** The photos of `lfw`: file numbers of each person. */
  readonly fivePeople: Readonly<Record<string, readonly number[]>>
}

const oneToTen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

const publicSources: Sources = {
  lfw: {
    urls: [
      'https://ndownloader.figshare.com/files/5976018',
      'http://vis-www.cs.umass.edu/lfw/lfw.tgz',
    ],
    sha256: '055f7d9c632d7370e6fb4afc7468d40f970c34a80d4c6f50ffec63f5a8d536c0',
  },
  pairs: {
    urls: [
      'https://ndownloader.figshare.com/files/5976006',
      'http://vis-www.cs.umass.edu/lfw/pairs.txt',
    ],
    sha256: 'ea42330c62c92989f9d7c03237ed5d591365e89b3e649747777b70e692dc1592',
  },
  orl: {
    urls: [
      'https://www.cl.cam.ac.uk/Research/DTG/attarchive/pub/data/att_faces.zip',
      'https://www.idiap.ch/software/bob/data/bob/att_faces.zip',
    ],
    sha256: null,
  },
  orlList: '5f9ec8db2d7440519e03f6c9f620971edb406c951f2c43ddea869ad79111ed90',
  fivePeople: {
    Ariel_Sharon: oneToTen,
    Colin_Powell: oneToTen,
    George_W_Bush: oneToTen,
    Hugo_Chavez: oneToTen,
    Jacques_Chirac: [1, 2, 3, 4, 5, 7, 8, 9, 19, 20],
  },
}

/** Number of AT&T subjects that are kept; the others are held back for measurements. */
const orlSubjects = 30
/** Folds of LFW whose people are held back for measurements. */
const heldBackFolds = 3
/** Idle timeout of a download, in milliseconds. Judgment. */
const timeout = 60_000

/**
 * Fetches the sets that a folder lacks. A set appears complete or not at all.
 *
 * @param say - Called with a line for each step.
 * @throws Error with the file's name, where a download fails or differs from what is pinned.
 */
export async function fetchFaces(
  folder: string,
  sources: Sources,
  say: (line: string) => void,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const work = await mkdtemp(join(folder, '.fetching-'))
  try {
    if (await isThere(join(folder, 'lfw-wild'))) say('lfw, lfw-wild, protocols: already there')
    else await fetchLfw(folder, work, sources, say)
    if (await isThere(join(folder, 'orl'))) say('orl: already there')
    else await fetchOrl(folder, work, sources, say)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function fetchLfw(
  folder: string,
  work: string,
  sources: Sources,
  say: (line: string) => void,
): Promise<void> {
  const pairs = await readFile(await download(sources.pairs, join(work, 'pairs.txt'), say), 'utf8')
  const archive = await download(sources.lfw, join(work, 'lfw.tgz'), say)
  const photos = join(work, 'lfw-photos')
  await mkdir(photos)
  // The archive has the folder lfw/ with a folder a person.
  await extract({ file: archive, cwd: photos, strip: 1 })
  const { rows, heldBack } = readPairs(pairs)
  for (const [person, numbers] of Object.entries(sources.fivePeople)) {
    await mkdir(join(work, 'lfw', person), { recursive: true })
    for (const number of numbers) {
      const name = photoName(person, number)
      await copyFile(join(photos, name), join(work, 'lfw', name))
    }
  }
  for (const person of heldBack) await rm(join(photos, person), { recursive: true })
  await mkdir(join(work, 'protocols'))
  await writeFile(
    join(work, 'protocols/lfw-folds-4-10.csv'),
    ['a,b,same,fold', ...rows, ''].join('\n'),
  )
  for (const set of ['protocols', 'lfw']) {
    await rm(join(folder, set), { recursive: true, force: true })
    await rename(join(work, set), join(folder, set))
  }
  // The last, since its presence says that all three are there.
  await rename(photos, join(folder, 'lfw-wild'))
  say(`lfw-wild: ${(await readdir(join(folder, 'lfw-wild'))).length} people`)
}

/** Reads LFW's pairs.txt: the folds that are kept, as lines of a CSV, and the people of the folds that are held back. */
function readPairs(text: string): { rows: string[]; heldBack: ReadonlySet<string> } {
  const [head, ...lines] = text.trim().split(/\r?\n/)
  const [folds, size] = head!.split(/\s+/).map(Number)
  if (lines.length !== 2 * folds! * size!) throw new Error('pairs.txt is cut short.')
  const rows: string[] = []
  const heldBack = new Set<string>()
  for (const [i, line] of lines.entries()) {
    const fold = Math.floor(i / (2 * size!)) + 1
    const words = line.split('\t')
    const same = words.length === 3
    const [a, b] = same
      ? [photoName(words[0]!, Number(words[1])), photoName(words[0]!, Number(words[2]))]
      : [photoName(words[0]!, Number(words[1])), photoName(words[2]!, Number(words[3]))]
    if (fold > heldBackFolds) rows.push(`${a},${b},${same ? 1 : 0},${fold}`)
    else for (const photo of [a, b]) heldBack.add(photo.split('/')[0]!)
  }
  return { rows, heldBack }
}

function photoName(person: string, number: number): string {
  return `${person}/${person}_${String(number).padStart(4, '0')}.jpg`
}

async function fetchOrl(
  folder: string,
  work: string,
  sources: Sources,
  say: (line: string) => void,
): Promise<void> {
  const archive = await download(sources.orl, join(work, 'orl.zip'), say)
  const target = join(work, 'orl')
  const zip = await openPromise(archive)
  const lines: string[] = []
  for await (const entry of zip.eachEntry()) {
    const [, name, subject] = /(?:^|\/)(s(\d+)\/\d+\.pgm)$/.exec(entry.fileName) ?? []
    if (!name || Number(subject) > orlSubjects) continue
    await mkdir(join(target, `s${subject}`), { recursive: true })
    await pipeline(
      await zip.openReadStreamPromise(entry),
      createWriteStream(join(target, name), { flags: 'wx' }),
    )
    lines.push(`${sha256(await readFile(join(target, name)))}  ${name}\n`)
  }
  const byName = (line: string) => line.slice(line.indexOf(' '))
  lines.sort((a, b) => (byName(a) < byName(b) ? -1 : 1))
  if (sha256(Buffer.from(lines.join(''))) !== sources.orlList) {
    throw new Error('The AT&T faces that were fetched are not those that were measured.')
  }
  await rename(target, join(folder, 'orl'))
  say(`orl: ${orlSubjects} people`)
}

/** Downloads a file from the first of its addresses that has it. @returns Its path. */
async function download(
  { urls, sha256: expected }: Download,
  path: string,
  say: (line: string) => void,
): Promise<string> {
  for (const [i, url] of urls.entries()) {
    try {
      say(`fetching ${url}`)
      const found = await downloadFrom(url, path)
      if (expected === null || found === expected) return path
      throw new Error(`${url} has changed: its SHA-256 is ${found} instead of ${expected}.`)
    } catch (error) {
      if (i === urls.length - 1) throw error
      say((error as Error).message)
    }
  }
  throw new Error('A file without an address.')
}

/** Downloads a file. @returns Its SHA-256. */
async function downloadFrom(url: string, path: string): Promise<string> {
  const response = await getFollowing(new URL(url), { timeout }).catch((cause: Error) => {
    throw new Error(`${url} cannot be reached: ${cause.message || cause.name}`, { cause })
  })
  if (response.statusCode !== 200) {
    response.destroy()
    throw new Error(`${url} answers ${response.statusCode}.`)
  }
  const hash = createHash('sha256')
  async function* hashed() {
    for await (const chunk of response) {
      hash.update(chunk as Uint8Array)
      yield chunk as Uint8Array
    }
  }
  await pipeline(Readable.from(hashed()), createWriteStream(path))
  return hash.digest('hex')
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? '.cache/faces')
  try {
    await fetchFaces(folder, publicSources, (line) => console.log(line))
    console.log(`\nThe tests and benches read them with\n  export AGNIZE_TEST_FACES=${folder}`)
  } catch (error) {
    console.error(`agnize: ${(error as Error).message}`)
    process.exitCode = 2
  }
}
