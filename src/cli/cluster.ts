import { copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Command } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError, diskError } from '../base/errors.js'
import { schemaVersion } from '../json/photo-json.js'
import type { ClusteredPhotos } from '../library/photo-clusters.js'
import { exitCodes, rate, withAgnize } from './command-options.js'
import { photoArguments } from './photo-arguments.js'
import { Progress } from './progress.js'
import { describeError, print, printJson, printNote, printStderr } from './terminal.js'

interface Options {
  readonly to?: string
  readonly json?: boolean
  readonly fmr?: number
  readonly cache?: string
}

/** File of the detected faces in the output folder, deleted when the folder is complete. */
const cacheName = '.faces.jsonl'

/** `agnize cluster` */
export function clusterCommand(): Command {
  return new Command('cluster')
    .description('group the faces of a photo collection by person, without enrolled people')
    .argument('<photo...>', 'photos, folders or patterns')
    .option('--to <folder>', 'copy the photos to this folder, one subfolder per person')
    .option('--json', 'print one JSON object per person')
    .option('--fmr <rate>', 'false match rate of a single pair', rate)
    .option(
      '--cache <file>',
      'keep the found faces in this file, so that the same command can continue',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ agnize cluster holidays/ --to people/
  $ agnize cluster holidays/ --json | jq -r '[.person, (.faces | length)] | @tsv'

Nobody needs to be enrolled, and the gallery does not change. Merging two people is worse than splitting one person, so
the default is strict; --fmr 1e-5 is less strict. Ctrl-C stops; with --to or --cache the same command continues.

Exit status: 0 done, 2 no photo could be read.`,
    )
    .action((photos: readonly string[], options: Options, command: Command) =>
      cluster(photos, options, command),
    )
}

async function cluster(args: readonly string[], options: Options, command: Command): Promise<void> {
  const { to, json = false, fmr } = options
  const photos = (await photoArguments(args)).map(({ label, source }) => {
    if (typeof source === 'string') return source
    throw new AgnizeError('bad-argument', `${label} is not a file: give photos or a folder.`)
  })
  if (to !== undefined) await createEmptyFolder(to)
  const cache = options.cache ?? (to && join(to, cacheName))
  const { clusterPhotos } = await import('../library/photo-clusters.js')
  await withAgnize(command, async (agnize, signal) => {
    const progress = new Progress('photos', { minSteps: 10, total: photos.length })
    const start = performance.now()
    let before: number | undefined
    const result = await clusterPhotos(agnize, photos, {
      signal,
      ...(fmr && { fmr }),
      ...(cache && { cache }),
      onProgress: (done, total) => {
        before ??= done
        const seconds = (performance.now() - start) / 1000
        const left = Math.ceil((seconds / Math.max(1, done - before)) * (total - done))
        progress.update(done, total, `${done} of ${total}, ${left} s left`)
      },
    }).finally(() => progress.stop())
    for (const { photo, error } of result.refused)
      printStderr(`${photo}: ${describeError(error, false)}`)
    if (result.refused.length === photos.length) process.exitCode = exitCodes.error
    if (to !== undefined) await fill(to, result)
    show(result, to, json)
  })
}

function show(
  { people, poor, similarity }: ClusteredPhotos,
  to: string | undefined,
  json: boolean,
) {
  for (const [i, faces] of people.entries()) {
    const person = nameOf(i, people.length)
    if (json) printJson({ schema_version: schemaVersion, person, faces })
    else if (to === undefined) {
      print(`${person}  ${[...new Set(faces.map(({ photo }) => photo))].join('  ')}`)
    }
  }
  if (json) return
  const alone = people.filter(({ length }) => length === 1).length
  const left = poor > 0 ? `, ${counted(poor, 'poor face')} left out` : ''
  printNote(
    `${counted(people.length, 'person', 'people')}, ${alone} of them seen once${left}; faces with a similarity of ${similarity.toFixed(3)} or more count as one person${to === undefined ? '' : `; in ${to}`}.`,
  )
}

/** Creates the output folder and requires it to be empty, so that no existing file is mixed in or overwritten. */
async function createEmptyFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw diskError(error, folder)
  }
  const others = (await readdir(folder)).filter((name) => name !== cacheName)
  if (others.length === 0) return
  throw new AgnizeError(
    'bad-argument',
    `${folder} is not empty: give a new folder, so that no files are mixed up.`,
  )
}

async function fill(folder: string, { people }: ClusteredPhotos): Promise<void> {
  try {
    for (const [i, faces] of people.entries()) {
      const own = join(folder, nameOf(i, people.length))
      await mkdir(own, { mode: 0o700 })
      const names = new Set<string>()
      for (const photo of new Set(faces.map((face) => face.photo))) {
        let name = basename(photo)
        // Photos of the same name from different folders are numbered.
        for (let n = 2; names.has(name); n++) name = `${n}-${basename(photo)}`
        names.add(name)
        await copyFile(photo, join(own, name))
      }
    }
    // The cached embeddings are not needed any more.
    await rm(join(folder, cacheName), { force: true })
  } catch (error) {
    throw diskError(error, folder)
  }
}

const nameOf = (i: number, count: number) =>
  `person-${String(i + 1).padStart(Math.max(3, String(count).length), '0')}`
