import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Random } from '../../dist/base/random.js'
import { calibrate } from '../../dist/evaluation/calibrate.js'
import { dot, normalize } from '../../dist/faces/vectors.js'
import { openAgnize, thresholdFor } from '../../dist/index.js'
import { embeddingCard } from '../../dist/models/builtin.js'
import { modelId } from '../../dist/models/card.js'
import {
  agnize,
  facesFolder,
  homeWithModels,
  inSample1,
  openWithSession,
  sample,
  sessionOf,
  temporaryFolder,
  testHome,
} from '../fixtures.js'
import { startPostgres } from '../gallery/postgres.js'
import { lacks } from '../requirements.js'

describe('similarities that a cohort corrects', () => {
  test.skipIf(lacks('utk'))(
    'do not take small children for one another, whose cosines are high',
    async () => {
      await using opened = await openAgnize({ home: testHome(), store: ':memory:' })
      const folder = join(facesFolder, 'utk')
      const photos = readdirSync(folder).filter((name) => /^[1-4]_\d_\d/.test(name))
      const chosen = photos.filter((_, i) => i % Math.ceil(photos.length / 40) === 0)
      const vectors: Float32Array[] = []
      for await (const each of opened.analyzeEach(chosen.map((name) => join(folder, name)))) {
        if ('result' in each && each.result.faces[0]) {
          vectors.push(each.result.faces[0].embedding.vector)
        }
      }
      const measure = await opened.similarityMeasure()
      const { value } = thresholdFor(await opened.embeddingCard(), { fmr: 1e-3 })
      let byCosine = 0
      let corrected = 0
      let pairs = 0
      for (const [i, a] of vectors.entries()) {
        for (const b of vectors.slice(0, i)) {
          pairs++
          if (dot(a, b) >= value) byCosine++
          if (measure.similarity(measure.prepare(a), measure.prepare(b)) >= value) corrected++
        }
      }
      expect(vectors.length).toBeGreaterThan(30)
      expect(byCosine / pairs).toBeGreaterThan(0.2)
      expect(corrected / pairs).toBeLessThan(0.01)
    },
  )

  test('are of the cohort that the gallery has recorded, or refused', async () => {
    const home = await homeWithModels()
    await agnize(['enroll', 'Anna', sample(1), '--at', '1560,320'], { home })
    await using commercial = await openAgnize({ home, use: 'commercial' })
    const card = await commercial.embeddingCard()
    expect(card.cohort?.license).toBe('CC-BY-4.0')
    expect(card.calibration?.cohort).toBe(card.cohort?.sha256)
    await expect(commercial.identify(sample(3))).rejects.toMatchObject({
      code: 'wrong-cohort',
      message: expect.stringContaining('agnize gallery migrate --cohort'),
    })
    const changed = await agnize(['gallery', 'migrate', '--cohort'], {
      home,
      env: { AGNIZE_USE: 'commercial' },
    })
    expect(changed).toMatchObject({ code: 0, stdout: expect.stringContaining('by the cohort') })
    const faces = await commercial.identify(sample(3))
    expect(faces.some(({ subject }) => subject?.name === 'Anna')).toBe(true)
    const { code, stderr } = await agnize(['identify', sample(3)], { home })
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('wrong-cohort'),
    })
  })

  test.each([
    'sqlite',
    'postgres',
  ] as const)('are refused by a program that is open while another changes the cohort (%s)', async (kind) => {
    const home = await homeWithModels()
    const postgres = kind === 'postgres' ? await startPostgres() : undefined
    if (postgres) onTestFinished(() => postgres.stop())
    const store = postgres?.url ?? join(home, 'faces.db')
    await using research = await openAgnize({ home, store })
    await research.enroll('Anna', sample(1), { at: inSample1 })
    const [face] = (await research.identify(sample(1))).filter(({ subject }) => subject)
    expect(face!.subject?.name).toBe('Anna')
    await using commercial = await openAgnize({ home, store, use: 'commercial' })
    const refused = { code: 'wrong-cohort' }
    const theirs = (await commercial.embeddingCard()).calibration
    await expect(commercial.setCalibration(theirs)).rejects.toMatchObject(refused)
    await expect(commercial.setCalibration(null)).rejects.toMatchObject(refused)
    await commercial.gallery.useCohort()
    await expect(research.identify(sample(1))).rejects.toMatchObject(refused)
    const { embedding } = face!
    await expect(research.identifyEmbeddings([{ embedding }])).rejects.toMatchObject(refused)
    await expect(research.verifySubject(embedding, 'Anna')).rejects.toMatchObject(refused)
    const again = research.enroll('Berta', sample(1), { at: inSample1 })
    await expect(again).rejects.toMatchObject(refused)
    await expect(research.setCalibration(null)).rejects.toMatchObject(refused)
    await commercial.setCalibration(theirs)
    expect(await commercial.calibration()).not.toBeNull()
  })

  test('do not meet thresholds that were measured on cosines: such a calibration is set aside', async () => {
    await using opened = await openWithSession({ home: testHome(), store: ':memory:' })
    await opened.enroll('Anna', sample(1), { at: inSample1 })
    const own = await opened.embeddingCard()
    const old = {
      ...own.calibration!,
      cohort: undefined,
      date: '2026-01-02T00:00:00.000Z',
      thresholds: [
        { fmr: 1e-2, similarity: 0.01 },
        { fmr: 1e-3, similarity: 0.02 },
      ],
    }
    await expect(opened.setCalibration(old)).rejects.toMatchObject({ code: 'bad-argument' })
    const { store } = await sessionOf(opened).gallery()
    await store.calibrations.set(modelId(own), old)
    const [face] = await opened.identify(sample(3))
    expect(face!.threshold.value).toBeGreaterThan(0.3)
    expect(face!.threshold.source).toMatch(
      /^card of fr_feature: .*the gallery’s calibration of 2026-01-02 .*agnize calibrate/,
    )
  })
})

describe('a gallery with a cohort of its own', () => {
  const model = modelId(embeddingCard)

  /** Made-up people of families that resemble each other by `likeness`, two photos each. */
  async function madeUp(people: number, likeness = 0.6, unlike = 0.5, seed = 5): Promise<string> {
    const random = new Random(seed)
    const unit = () => {
      const vector = Float32Array.from({ length: embeddingCard.dimensions }, () => random.normal())
      normalize(vector)
      return vector
    }
    const families = [unit(), unit(), unit()]
    const lines: string[] = []
    for (let p = 0; p < people; p++) {
      const [family, self] = [families[p % 3]!, unit()]
      for (let k = 0; k < 2; k++) {
        const noise = unit()
        const embedding = [...self].map(
          (x, i) => 0.75 * x + likeness * family[i]! + unlike * noise[i]!,
        )
        lines.push(JSON.stringify({ subject: `p${p}`, embedding, model }))
      }
    }
    const file = join(await temporaryFolder(), 'made.jsonl')
    writeFileSync(file, lines.join('\n'))
    return file
  }

  test('decides by it, and leaves it with --reset', async () => {
    const home = await homeWithModels()
    const file = await madeUp(240)
    const run = await agnize(
      ['calibrate', '--embeddings', file, '--cohort', 'enrolled', '--bootstrap', '50', '--json'],
      { home },
    )
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const { calibration } = JSON.parse(run.stdout)
    expect(calibration.own_cohort).toMatchObject({ people: 20, groups: 6 })
    // Half of the people are in the cohort, and the others were compared.
    expect(calibration.basis.subjects).toBe(120)
    await using opened = await openAgnize({ home })
    const card = await opened.calibratedCard()
    expect(card.cohort?.sha256).toBe(calibration.own_cohort.sha256)
    expect((await opened.similarityMeasure()).cohort).toBe(calibration.own_cohort.sha256)
    await opened.enroll('Anna', sample(1), { at: inSample1 })
    const faces = await opened.identify(sample(3))
    expect(faces[0]!.threshold.source).toContain('calibrated for fr_feature')
    // Measured again, it keeps its cohort.
    const options = { replicates: 50 }
    const again = await calibrate(opened, { embeddings: file }, options)
    expect(again.calibration.ownCohort?.sha256).toBe(calibration.own_cohort.sha256)
    await opened.setCalibration(null)
    expect((await opened.similarityMeasure()).cohort).toBe(embeddingCard.cohort?.sha256)
  })

  test('is not refused for a pair that is missed by chance', async () => {
    await using opened = await openAgnize({ home: testHome(), store: ':memory:' })
    // With the cohort 11 of 120 pairs are missed, without it 10.
    const embeddings = await madeUp(240, 0, 1.5, 2)
    const options = { cohort: 'enrolled', replicates: 100, dryRun: true }
    const { calibration, warnings } = await calibrate(opened, { embeddings }, options)
    expect(calibration.ownCohort?.groups).toBe(6)
    expect(warnings).toEqual([
      expect.stringMatching(/may not help: .* 9\.17 % .* with it and 8\.33 % without it/),
    ])
  })

  test('needs enough people, and thresholds need 30', async () => {
    await using opened = await openAgnize({ home: testHome(), store: ':memory:' })
    await expect(
      calibrate(opened, { embeddings: await madeUp(100) }, { cohort: 'enrolled' }),
    ).rejects.toMatchObject({ code: 'too-few-photos', message: expect.stringContaining('200') })
    await using secret = await openAgnize({
      ...{ home: testHome(), store: ':memory:', key: Buffer.alloc(32, 7).toString('base64') },
    })
    await secret.gallery.protect()
    await expect(
      calibrate(secret, { embeddings: await madeUp(240) }, { cohort: 'enrolled' }),
    ).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('protected') })
    const few = await madeUp(28)
    await expect(calibrate(opened, { embeddings: few })).rejects.toMatchObject({
      code: 'too-few-photos',
      message: expect.stringContaining('--force'),
    })
    const options = { force: true, replicates: 50, dryRun: true }
    const { rates } = await calibrate(opened, { embeddings: few }, options)
    const card = await opened.embeddingCard()
    for (const { fmr, similarity } of rates) {
      expect(similarity).toBeGreaterThanOrEqual(thresholdFor(card, { fmr }).value - 1e-9)
    }
  })
})
