/**
 * Choices of the default model, measured on two small sets: channel order, mirrored faces, fusion of several photos:
 * `npm run bench:choices`. Those of another model, built in or added: `npm run bench:choices -- NAME`.
 */

import { ExactIndex } from '../dist/gallery/search/exact-index.js'
import type { StoredTemplate } from '../dist/gallery/template.js'
import { type Comparable, openAgnize, thresholdFor } from '../dist/index.js'
import { balancedAccuracy, photosOf } from './face-sets.js'
import { openRawModels } from './raw-models.js'

interface Item {
  readonly name: string
  readonly vector: Float32Array
  readonly quality: number
}

const [, , model] = process.argv
await using agnize = await openAgnize(model ? { model } : {})
await agnize.models.pull()
const card = await agnize.embeddingCard()
const measure = await agnize.similarityMeasure()
const comparables = new WeakMap<Float32Array, Comparable>()

const sets: Record<string, Record<string, Item[]>> = {}
for (const set of ['lfw', 'orl'] as const) {
  const photos = await photosOf(set)
  console.log(
    `\n# ${set}: ${new Set(photos.map(({ name }) => name)).size} people, ${photos.length} photos`,
  )
  sets[set] = {}
  for (const [label, options] of Object.entries({ plain: {}, flip: { flip: true } })) {
    const items: Item[] = []
    let next = 0
    for await (const each of agnize.analyzeEach(
      photos.map(({ photo }) => photo),
      options,
    )) {
      const { name } = photos[next++]!
      if ('error' in each) throw each.error
      const [face] = each.result.faces
      if (face) items.push({ name, vector: face.embedding.vector, quality: face.quality.score })
    }
    sets[set][label] = items
    report(label, items, photos.length)
  }
}

console.log('\n# channel order on lfw, same chips')
const raw = await openRawModels(agnize.models, card)
const { channels } = card.input
const otherChannels = channels === 'rgb' ? 'bgr' : 'rgb'
const order: Record<string, Item[]> = { [channels]: [], [otherChannels]: [] }
for (const { name, photo } of await photosOf('lfw')) {
  const chip = (await raw.prepare(photo)).chip
  const plane = chip.length / 3
  const swapped = Float32Array.from(
    chip,
    (_, i) => chip[(2 - Math.floor(i / plane)) * plane + (i % plane)]!,
  )
  for (const [label, input] of [
    [channels, chip],
    [otherChannels, swapped],
  ] as const) {
    order[label]!.push({ name, vector: await raw.embed(input), quality: 1 })
  }
}
for (const [label, items] of Object.entries(order)) report(label, items, items.length)

console.log(
  '\n# one photo a person identifies the others (every choice of the photo), threshold for FPIR 1e-3',
)
if (card.calibration) for (const [set, { plain }] of Object.entries(sets)) onePhoto(set, plain!)

console.log(
  '\n# several photos a person, fusion (first k of 10 enrolled, the rest probes; leave one person out as strangers)',
)
for (const [set, { plain }] of Object.entries(sets)) {
  for (const k of [1, 3, 5])
    for (const fusion of ['best', 'mean'] as const) severalPhotos(set, plain!, k, fusion)
}

process.exit(0)

function report(label: string, items: readonly Item[], photos: number): void {
  const { genuine, impostor } = pairs(items)
  const g = moments(genuine)
  const i = moments(impostor)
  const { accuracy, from, to } = balancedAccuracy(items, dot)
  console.log(
    `${label.padEnd(6)} found ${items.length}/${photos}  genuine ${genuine.length}: mean ${g.mean.toFixed(3)} sd ${g.deviation.toFixed(3)} least ${Math.min(...genuine).toFixed(3)}  impostor ${impostor.length}: mean ${i.mean.toFixed(3)} sd ${i.deviation.toFixed(3)} most ${impostor.reduce((a, b) => Math.max(a, b)).toFixed(3)}  d′ ${((g.mean - i.mean) / Math.sqrt((g.deviation ** 2 + i.deviation ** 2) / 2)).toFixed(2)}  balanced accuracy ${(100 * accuracy).toFixed(2)} % for thresholds ${from.toFixed(3)}…${to.toFixed(3)}`,
  )
}

function onePhoto(set: string, items: readonly Item[]): void {
  const people = [...new Set(items.map(({ name }) => name))]
  let probes = 0
  let wrong = 0
  let missed = 0
  for (let k = 0; k < 10; k++) {
    const gallery = people.flatMap((name) => items.filter((item) => item.name === name)[k] ?? [])
    const { value } = thresholdFor(card, { fpir: 1e-3 }, gallery.length)
    for (const probe of items) {
      if (gallery.includes(probe)) continue
      probes++
      const best = gallery
        .map((item) => ({ name: item.name, s: dot(item.vector, probe.vector) }))
        .sort((a, b) => b.s - a.s)[0]!
      if (best.s < value) missed++
      else if (best.name !== probe.name) wrong++
    }
  }
  console.log(
    `${set}: ${people.length} people, ${probes} probes: ${wrong} named wrongly, ${missed} called unknown, ${probes - wrong - missed} right`,
  )
}

function severalPhotos(
  set: string,
  items: readonly Item[],
  k: number,
  fusion: 'best' | 'mean',
): void {
  const people = [...new Set(items.map(({ name }) => name))]
  const strangers: number[] = []
  const own: number[] = []
  let wrong = 0
  for (const left of people) {
    const templates = people
      .filter((name) => name !== left)
      .flatMap((name) =>
        items
          .filter((item) => item.name === name)
          .slice(0, k)
          .map(
            (item, i): StoredTemplate => ({
              id: `${name}${i}`,
              subject: { id: name, name },
              vector: item.vector,
              quality: item.quality,
              photo: '',
            }),
          ),
      )
    const index = new ExactIndex(templates, fusion, measure)
    for (const probe of items.filter((item) => item.name === left))
      strangers.push(index.search(probe.vector, 1)[0]!.similarity)
    for (const name of people) {
      if (name === left) continue
      for (const probe of items.filter((item) => item.name === name).slice(5)) {
        const [best] = index.search(probe.vector, 1)
        if (best!.subject.name !== name) wrong++
        own.push(best!.subject.name === name ? best!.similarity : -1)
      }
    }
  }
  strangers.sort((a, b) => b - a)
  const at = (rate: number) => {
    const threshold = strangers[Math.floor(rate * strangers.length)]!
    return `FNIR ${((100 * own.filter((s) => s <= threshold).length) / own.length).toFixed(2)} % at FPIR ${rate}`
  }
  const o = moments(own)
  const s = moments(strangers)
  console.log(
    `${set} ${k} photos, ${fusion}: own ${o.mean.toFixed(3)} ± ${o.deviation.toFixed(3)}, strangers ${s.mean.toFixed(3)} ± ${s.deviation.toFixed(3)}, d′ ${((o.mean - s.mean) / Math.sqrt((o.deviation ** 2 + s.deviation ** 2) / 2)).toFixed(2)}, best candidate wrong ${wrong}, ${at(0.1)}, ${at(0.01)}`,
  )
}

function pairs(items: readonly Item[]): { genuine: number[]; impostor: number[] } {
  const genuine: number[] = []
  const impostor: number[] = []
  items.forEach((a, i) => {
    for (const b of items.slice(0, i))
      (a.name === b.name ? genuine : impostor).push(dot(a.vector, b.vector))
  })
  return { genuine, impostor }
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1)
  return { mean, deviation: Math.sqrt(variance) }
}

function dot(a: Float32Array, b: Float32Array): number {
  return measure.similarity(prepared(a), prepared(b))
}

function prepared(vector: Float32Array): Comparable {
  const known = comparables.get(vector)
  if (known) return known
  const fresh = measure.prepare(vector)
  comparables.set(vector, fresh)
  return fresh
}
