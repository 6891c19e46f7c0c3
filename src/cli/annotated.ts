import { mkdir, writeFile } from 'node:fs/promises'
import { basename, extname, join, parse, resolve } from 'node:path'
import { AgnizeError, diskError } from '../base/errors.js'
import type { Face } from '../faces/face.js'
import { defaultImageLimits } from '../image/rgb-image.js'
import type { IdentifiedFace } from '../recognition/decide.js'
import type { PhotoArgument } from './photo-arguments.js'

const formats: Record<string, 'jpeg' | 'png' | 'webp'> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.png': 'png',
  '.webp': 'webp',
}

const colors = { match: '#0b7a4b', unknown: '#8a3ffc', not_judgeable: '#9a6700' } as const

/** Writes annotated copies of photos: a box and a label for each face. */
export class AnnotatedPhotos {
  readonly #out: string
  readonly #single: boolean
  readonly #taken = new Set<string>()

  /** @param out - An image file for a single photo; otherwise a folder, created if missing. */
  constructor(out: string, photos: number) {
    this.#out = out
    this.#single = formats[extname(out).toLowerCase()] !== undefined
    if (this.#single && photos > 1) {
      throw new AgnizeError(
        'bad-argument',
        `--annotate ${out} is one file for ${photos} photos: give a folder.`,
      )
    }
  }

  /** Writes the annotated copy of a photo. @returns Its path. */
  async write(
    photo: PhotoArgument,
    faces: readonly (Face | IdentifiedFace)[],
    limits = defaultImageLimits,
  ): Promise<string> {
    const path = this.#single ? this.#out : join(this.#out, this.#nameFor(photo))
    if (typeof photo.source === 'string' && resolve(photo.source) === resolve(path)) {
      throw new AgnizeError(
        'bad-argument',
        `--annotate would overwrite the photo ${path}: give another path.`,
      )
    }
    const { annotate } = await import('../image/annotate.node.js')
    const marked = faces.map((face, i) => {
      const answer = 'answer' in face ? face.answer : 'unknown'
      return { box: face.box, label: label(face, i), color: colors[answer] }
    })
    const format = formats[extname(path).toLowerCase()] ?? 'jpeg'
    const picture = await annotate(photo.source, marked, format, limits)
    try {
      if (!this.#single) await mkdir(this.#out, { recursive: true })
      await writeFile(path, picture)
    } catch (error) {
      throw diskError(error, path)
    }
    return path
  }

  #nameFor({ label }: PhotoArgument): string {
    const stem = label === '-' ? 'stdin' : parse(basename(label)).name || 'photo'
    let name = `${stem}.jpg`
    for (let i = 2; this.#taken.has(name); i++) name = `${stem}-${i}.jpg`
    this.#taken.add(name)
    return name
  }
}

function label(face: Face | IdentifiedFace, index: number): string {
  if (!('answer' in face)) return String(index + 1)
  const similarity = face.similarity === null ? '' : ` ${face.similarity.toFixed(2)}`
  if (face.answer === 'match') return `${face.subject!.name}${similarity}`
  return face.answer === 'unknown'
    ? `unknown${similarity}`
    : `not judgeable (${words(face.reason!)})`
}

/** A code as text for users. */
export function words(code: string): string {
  return code.replaceAll('_', ' ')
}
