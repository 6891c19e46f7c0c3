import { expect, test } from 'vitest'
import { SyntheticFaces } from '../../bench/synthetic-faces.js'
import { Cohort } from '../../dist/faces/cohort.js'
import { cohortMeasure, cosineMeasure } from '../../dist/faces/similarity-measure.js'
import type { Fusion, Search } from '../../dist/gallery/search/candidate.js'
import { ExactIndex } from '../../dist/gallery/search/exact-index.js'
import type { Store } from '../../dist/gallery/store.js'
import type { NamedTemplate } from '../../dist/gallery/template.js'
import { template, unitVector } from '../fixtures.js'

const measure = cosineMeasure

/** A store and a search on it. */
export interface Searched {
  readonly store: Store
  readonly search: Search
}

/** Synthetic people with one to three templates each. */
export function madeUpPeople(count: number, seed: number, dimensions = 64) {
  const faces = new SyntheticFaces({
    dimensions,
    ofPerson: 0.6,
    ofFamily: 0.12,
    families: 10,
    seed,
  })
  return Array.from({ length: count }, (_, i) => {
    const photo = faces.person()
    const name = `Person ${String(i).padStart(5, '0')}`
    const entries: NamedTemplate[] = Array.from({ length: 1 + (i % 3) }, (_, k) => ({
      name,
      template: template(0, {
        vector: photo(),
        quality: 0.4 + 0.2 * k,
        photo: `${i}-${k}.jpg`,
        photoHash: `${seed}-${i}-${k}`,
      }),
    }))
    return { name, entries, photo }
  })
}

/** Compares a search's results with a linear scan of all templates. */
export async function expectExact(
  { store, search }: Searched,
  probes: readonly Float32Array[],
  fusion: Fusion,
  names?: ReadonlySet<string>,
  limit = 5,
  measure = cosineMeasure,
): Promise<void> {
  const templates = (await store.templates()).filter(
    ({ subject }) => !names || names.has(subject.name),
  )
  const expected = new ExactIndex(templates, fusion, measure)
  const found = await search.search(probes, {
    measure,
    fusion,
    limit,
    filter: names && { subjects: [...names] },
  })
  expect(found.comparisons).toBe(expected.comparisons)
  expect(found.version).toBe((await store.state()).version)
  for (const [i, probe] of probes.entries()) {
    const wanted = expected.search(probe, limit)
    const got = found.candidates[i]!
    expect(got.map(({ subject }) => subject.name)).toEqual(
      wanted.map(({ subject }) => subject.name),
    )
    for (const [k, candidate] of got.entries()) {
      expect(candidate.similarity).toBeCloseTo(wanted[k]!.similarity, 5)
      expect([candidate.templateId, candidate.photo]).toEqual([
        wanted[k]!.templateId,
        wanted[k]!.photo,
      ])
    }
  }
}

/**
 * The contract of every search.
 *
 * @param open - Opens a search of a fresh store; the same place gives the same store again.
 * @param isExact - Whether it also finds distant candidates, in exact order.
 */
export function searchContract(
  open: (place: string) => Promise<Searched>,
  { isExact = true }: { readonly isExact?: boolean } = {},
): void {
  test('finds nobody in an empty gallery', async () => {
    const { search } = await open('empty')
    const found = await search.search([new Float32Array(64).fill(0.125)], { measure, limit: 5 })
    expect(found).toMatchObject({ candidates: [[]], comparisons: 0 })
  })

  test('ranks by the similarity that a cohort corrects', async () => {
    const searched = await open('cohort')
    const people = madeUpPeople(1500, 5)
    await searched.store.addEach(people.flatMap(({ entries }) => entries))
    const groups = Array.from({ length: 40 }, (_, i) => unitVector(100 + i, 64))
    const vectors = Float32Array.from(groups.flatMap((mean) => [...mean]))
    const cohort = new Cohort({ vectors, dimensions: 64, count: groups.length }, 3)
    const corrected = cohortMeasure(cohort, {
      ordinary: 0.25,
      weight: 1,
      sha256: 'f'.repeat(64),
    })
    const probes = [0, 1, 2, 700, 1499].map((i) => people[i]!.photo())
    const strangers = madeUpPeople(3, 6).map(({ photo }) => photo())
    for (const fusion of ['mean', 'best'] as const) {
      const all = isExact ? [...probes, ...strangers] : probes
      await expectExact(searched, all, fusion, undefined, isExact ? 5 : 1, corrected)
      // The cosine is still the measure of who asks for it, in the same gallery.
      if (isExact) await expectExact(searched, strangers, fusion)
    }
  })

  test('finds exactly the nearest people by either fusion while the gallery changes', async () => {
    const searched = await open('exact')
    const { store } = searched
    const people = madeUpPeople(1500, 1)
    await store.addEach(people.flatMap(({ entries }) => entries))
    const probes = [0, 1, 2, 700, 1499].map((i) => people[i]!.photo())
    const strangers = madeUpPeople(3, 2).map(({ photo }) => photo())
    const everyFusion = async () => {
      for (const fusion of ['mean', 'best'] as const) {
        if (isExact) await expectExact(searched, [...probes, ...strangers], fusion)
        else await expectExact(searched, probes, fusion, undefined, 1)
      }
    }
    await everyFusion()
    await store.remove(people[0]!.name)
    await store.merge(people[1]!.name, people[2]!.name)
    await store.rename(people[700]!.name, 'Somebody Else')
    const added = template(0, { vector: people[0]!.photo(), photoHash: 'again' })
    await store.add('Newcomer', added)
    await store.add(people[1499]!.name, template(0, { vector: strangers[0]!, photoHash: 'odd' }))
    await everyFusion()
    const { templates } = await store.state()
    const [only] = await store.templatesOf('Newcomer')
    await store.corrections.disown('Newcomer', only!.id)
    await everyFusion()
    expect((await store.state()).templates).toBe(templates - 1)
    // A subject without templates gets one again.
    await store.add('Newcomer', template(0, { vector: probes[3]!, photoHash: 'back' }))
    await everyFusion()
  })

  test('a filter narrows the search itself', async () => {
    const searched = await open('filtered')
    const { store, search } = searched
    const people = madeUpPeople(600, 3)
    await store.addEach(people.flatMap(({ entries }) => entries))
    const probes = [5, 6, 300].map((i) => people[i]!.photo())
    const some = new Set(people.filter((_, i) => i % 7 === 0).map(({ name }) => name))
    for (const fusion of ['mean', 'best'] as const) {
      await expectExact(searched, probes, fusion, some)
      await expectExact(searched, probes, fusion, new Set())
    }
    await store.update(people[300]!.name, { tags: ['guest'], metadata: { floor: 3 } })
    await store.update(people[301]!.name, { tags: ['guest'] })
    const tagged = await search.search(probes, { measure, limit: 5, filter: { tags: ['guest'] } })
    expect(tagged.comparisons).toBe(2)
    expect(tagged.candidates[2]![0]!.subject.name).toBe(people[300]!.name)
    const onFloor = await search.search(probes, {
      measure,
      limit: 5,
      filter: { metadata: { floor: 3 } },
    })
    expect(onFloor.candidates.map((list) => list.length)).toEqual([1, 1, 1])
  })

  test('templates of faces that score 0 are not searched', async () => {
    const searched = await open('poor')
    const { store, search } = searched
    const people = madeUpPeople(20, 5)
    await store.addEach(people.flatMap(({ entries }) => entries))
    const [nobody, somebody] = madeUpPeople(2, 6).map(({ photo }) => photo()) as [
      Float32Array,
      Float32Array,
    ]
    const poor = (vector: Float32Array, photoHash: string) =>
      template(0, { vector, photoHash, quality: 0 })
    await store.add('Poor', poor(nobody, 'only'))
    await store.add(people[0]!.name, poor(somebody, 'one of two'))
    expect((await store.subject('Poor')).templates).toBe(1)
    for (const fusion of ['mean', 'best'] as const) {
      const found = await search.search([nobody, somebody], { measure, fusion, limit: 30 })
      for (const candidates of found.candidates) {
        expect(candidates.map(({ subject }) => subject.name)).not.toContain('Poor')
        // For a subject with other templates, none is as similar to the probe as the poor one.
        expect(candidates[0]!.similarity).toBeLessThan(0.9)
      }
      const among = { subjects: ['Poor'] }
      const filtered = await search.search([nobody], { measure, fusion, limit: 5, filter: among })
      expect(filtered.candidates).toEqual([[]])
    }
    await store.remove('Poor')
    expect(await store.check()).toEqual([])
  })

  test('changes of one opening are found by another at its next search', async () => {
    const one = await open('shared search')
    const other = await open('shared search')
    const people = madeUpPeople(30, 4)
    await one.store.addEach(people.flatMap(({ entries }) => entries))
    await expectExact(other, [people[3]!.photo()], 'mean')
    await one.store.remove(people[3]!.name)
    await expectExact(other, [people[3]!.photo()], 'mean')
  })
}
