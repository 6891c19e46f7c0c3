import { createHash } from 'node:crypto'
import type { NewTemplate } from '../../dist/gallery/template.js'
import { template, unitVector } from '../fixtures.js'

/** The two models that the gallery migrates between. */
export const models = ['one@1', 'two@2'] as const

/** A change of a gallery, or a search. */
export type Operation =
  | { readonly kind: 'add'; readonly faces: readonly { name: string; face: string }[] }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'rename' | 'merge'; readonly name: string; readonly to: string }
  | { readonly kind: 'search'; readonly face: string }
  | { readonly kind: 'migrate' | 'switch' | 'back' | 'finish' | 'drop' }

/** Number of faces of each person. */
export type People = ReadonlyMap<string, number>

/** The people after an operation. */
export function after(people: People, operation: Operation): People {
  const next = new Map(people)
  const add = (name: string, faces: number) => next.set(name, (next.get(name) ?? 0) + faces)
  if (operation.kind === 'add') for (const { name } of operation.faces) add(name, 1)
  else if (operation.kind === 'remove') next.delete(operation.name)
  else if (operation.kind === 'rename' || operation.kind === 'merge') {
    const faces = next.get(operation.name)!
    next.delete(operation.name)
    add(operation.to, faces)
  }
  return next
}

/** The embedding of a face by a model. */
export function vectorOf(face: string, model: string): Float32Array {
  const hash = createHash('sha256').update(`${face} ${model}`).digest()
  return unitVector(hash.readUInt32LE(0), 32)
}

/** A face to enroll, with a crop of some size. */
export function templateOf(face: string, model: string): NewTemplate {
  return template(0, {
    model,
    vector: vectorOf(face, model),
    photo: `${face}.jpg`,
    photoHash: face,
    crop: Buffer.alloc(2000, face),
  })
}
