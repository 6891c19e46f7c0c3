/** A process that changes a gallery until it is killed, and reports each operation when it begins and when it is done. */

import { Random } from '../../dist/base/random.js'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { openGallery } from '../../dist/gallery/open-gallery.js'
import { LocalSearch } from '../../dist/gallery/search/local-search.js'
import { models, type Operation, templateOf, vectorOf } from './model.js'

const measure = cosineMeasure

const [location, cache, seed] = process.argv.slice(2) as [string, string, string]
const random = new Random(Number(seed))
const gallery = await openGallery(location, 'chaos', { actor: 'chaos' })
const { store } = gallery
const search = cache ? new LocalSearch(store, { cache, graphFrom: 60, saveFrom: 20 }) : undefined

const say = (what: 'begin' | 'done', operation: Operation) =>
  new Promise<void>((done) =>
    process.stdout.write(`${JSON.stringify({ [what]: operation })}\n`, () => done()),
  )

for (let i = 0; ; i++) {
  const operation = await next(i)
  if (!operation) continue
  await say('begin', operation)
  await perform(operation)
  await say('done', operation)
}

async function next(i: number): Promise<Operation | undefined> {
  const people = await store.subjects()
  const somebody = () => people[random.below(people.length)]!.name
  const dice = random.below(100)
  if (people.length < 20 || dice < 40) {
    const count = 1 + random.below(12)
    const names = Array.from({ length: count }, (_, k) =>
      k % 3 === 2 && people.length > 0 ? somebody() : `P${seed}-${i}-${k}`,
    )
    return { kind: 'add', faces: names.map((name, k) => ({ name, face: `${seed}/${i}/${k}` })) }
  }
  if (dice < 60) return { kind: 'remove', name: somebody() }
  if (dice < 70) return { kind: 'rename', name: somebody(), to: `R${seed}-${i}` }
  if (dice < 75) {
    const [from, into] = [somebody(), somebody()]
    return from === into ? undefined : { kind: 'merge', name: from, to: into }
  }
  if (dice < 90) return { kind: 'search', face: `${seed}/${i}` }
  const { next, previous } = await store.migration.state()
  if (previous) return { kind: dice % 2 ? 'finish' : 'back' }
  if (next) return dice % 3 === 0 ? { kind: 'drop' } : { kind: 'switch' }
  return { kind: 'migrate' }
}

async function perform(operation: Operation): Promise<void> {
  const { active, next } = await store.migration.state()
  switch (operation.kind) {
    case 'add':
      await store.addEach(
        operation.faces.map(({ name, face }) => ({
          name,
          template: templateOf(face, active ?? models[0]),
        })),
      )
      return
    case 'remove':
      await store.remove(operation.name)
      await search?.forget()
      return
    case 'rename':
      await store.rename(operation.name, operation.to)
      return
    case 'merge':
      await store.merge(operation.name, operation.to)
      return
    case 'search':
      await (search
        ? search.search([vectorOf(operation.face, active!)], { measure, limit: 3 })
        : gallery.search(active!, [vectorOf(operation.face, active!)], { measure, limit: 3 }))
      return
    case 'migrate':
      await store.migration.begin(models.find((model) => model !== active)!, 32)
      return
    case 'switch':
      await embedAll(next!)
      await store.migration.switchOver()
      return
    case 'back':
      await embedAll((await store.migration.state()).previous!)
      await store.migration.back()
      return
    case 'finish':
      await store.migration.finish()
      return
    case 'drop':
      await store.migration.drop()
  }
}

async function embedAll(model: string): Promise<void> {
  for (const { id } of await store.migration.missing(model, '', 10_000)) {
    await store.migration.embed(id, model, vectorOf(id, model))
  }
}
