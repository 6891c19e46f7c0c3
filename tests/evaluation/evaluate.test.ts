import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Random } from '../../dist/base/random.js'
import { embeddingLine } from '../../dist/evaluation/embedding-file.js'
import type { Sample } from '../../dist/evaluation/evaluation-set.js'
import { compare, type Evaluation, evaluate } from '../../dist/evaluation/index.js'
import { smoothedThreshold } from '../../dist/evaluation/pair-scores.js'
import { readPairs } from '../../dist/evaluation/pairs-file.js'
import { differences, SliceCounts, slicingsOf } from '../../dist/evaluation/slices.js'
import { cosineMeasure } from '../../dist/faces/similarity-measure.js'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { chromiumOptions } from '../chromium.js'
import {
  agnize,
  facesFolder,
  homeWithModels,
  sample,
  temporaryFolder,
  testHome,
} from '../fixtures.js'
import { lacks } from '../requirements.js'

let opened: Agnize
beforeAll(async () => {
  opened = await openAgnize({ home: testHome(), store: ':memory:' })
})
afterAll(() => opened.close())

/** A person's photos: a direction of their own and noise. */
function madeUp(seed: number, person: string, photos: number, noise = 0.5, dimensions = 32) {
  const random = new Random(seed)
  const direction = () => {
    const vector = Float32Array.from({ length: dimensions }, () => random.normal())
    const length = Math.hypot(...vector)
    return vector.map((x) => x / length)
  }
  const own = direction()
  return Array.from({ length: photos }, (_, i) => {
    const other = direction()
    return {
      subject: person,
      photo: `${person}-${i}`,
      embedding: own.map((x, k) => x + noise * other[k]!),
    }
  })
}

/** A file of embeddings. */
async function embeddingFile(lines: readonly object[]): Promise<string> {
  const file = join(await temporaryFolder(), 'embeddings.jsonl')
  const text = lines.map((line) =>
    JSON.stringify(line, (_, value) => (value instanceof Float32Array ? [...value] : value)),
  )
  writeFileSync(file, `${text.join('\n')}\n`)
  return file
}

const people = (count: number, photos: number, noise?: number) =>
  Array.from({ length: count }, (_, i) => madeUp(i + 1, `p${i}`, photos, noise)).flat()

/** Reference implementation of the cosine similarity. */
function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, k) => sum + x * b[k]!, 0) / Math.hypot(...a) / Math.hypot(...b)
}

describe('embeddings from a file', () => {
  test('counts every pair, as a loop over all pairs does', async () => {
    const lines = people(12, 3, 1.5)
    const threshold = 0.3
    const { verification, identification } = await evaluate(
      opened,
      { embeddings: await embeddingFile(lines) },
      { threshold, replicates: 50 },
    )
    const wrong = { genuine: 0, impostor: 0, genuinePairs: 0, impostorPairs: 0 }
    lines.forEach((a, i) => {
      for (const b of lines.slice(0, i)) {
        const match = cosine(a.embedding, b.embedding) >= threshold
        if (a.subject === b.subject) {
          wrong.genuinePairs++
          if (!match) wrong.genuine++
        } else {
          wrong.impostorPairs++
          if (match) wrong.impostor++
        }
      }
    })
    expect(wrong.genuine).toBeGreaterThan(0)
    expect(wrong.impostor).toBeGreaterThan(0)
    expect(verification).toMatchObject({
      genuinePairs: wrong.genuinePairs,
      impostorPairs: wrong.impostorPairs,
      fnmr: { errors: wrong.genuine },
      fmr: { errors: wrong.impostor },
    })
    // One to many: the first photo of each is enrolled, the others search.
    const enrolled = lines.filter(({ photo }) => photo.endsWith('-0'))
    const probes = lines.filter(({ photo }) => !photo.endsWith('-0'))
    let [missed, named] = [0, 0]
    const ranks = new Array<number>(12).fill(0)
    for (const probe of probes) {
      const others = enrolled
        .filter(({ subject }) => subject !== probe.subject)
        .map(({ embedding }) => cosine(probe.embedding, embedding))
      const own = cosine(
        probe.embedding,
        enrolled.find(({ subject }) => subject === probe.subject)!.embedding,
      )
      const rivals = others.filter((similarity) => similarity > own).length
      ranks[rivals]!++
      if (own < threshold || rivals > 0) missed++
      if (others.some((similarity) => similarity >= threshold)) named++
    }
    expect(identification).toMatchObject({
      people: 12,
      strangers: 'left out',
      fnir: { errors: missed, trials: probes.length },
      fpir: { errors: named, trials: probes.length },
    })
    for (const { rank, fnir } of identification!.missesAtRank) {
      const far = probes.filter((probe) => {
        const own = cosine(
          probe.embedding,
          enrolled.find(({ subject }) => subject === probe.subject)!.embedding,
        )
        const rivals = enrolled.filter(
          ({ subject, embedding }) =>
            subject !== probe.subject && cosine(probe.embedding, embedding) > own,
        ).length
        return own < threshold || rivals >= rank
      })
      expect(fnir.errors).toBe(far.length)
    }
    let sum = 0
    ranks.forEach((count, rank) => {
      sum += count
      expect(identification!.cmc[rank]).toBeCloseTo(sum / probes.length, 12)
    })
  })

  test('lists the worst pairs', async () => {
    const lines = people(10, 3, 1.2)
    const { verification, samples } = await evaluate(opened, {
      embeddings: await embeddingFile(lines),
    })
    const byPhoto = new Map(lines.map((line) => [line.photo, line]))
    const all = { true: [] as number[], false: [] as number[] }
    lines.forEach((a, i) => {
      for (const b of lines.slice(0, i)) {
        all[`${a.subject === b.subject}`].push(cosine(a.embedding, b.embedding))
      }
    })
    const worst = all.false.sort((a, b) => b - a)
    verification.falseMatches.forEach(({ a, b, similarity }, i) => {
      expect(similarity).toBeCloseTo(worst[i]!, 4)
      const [one, other] = [a, b].map((k) => byPhoto.get(samples[k]!.photo)!)
      expect(cosine(one!.embedding, other!.embedding)).toBeCloseTo(similarity, 4)
    })
    const least = all.true.sort((a, b) => a - b)
    verification.falseNonMatches.forEach(({ similarity }, i) => {
      expect(similarity).toBeCloseTo(least[i]!, 4)
    })
  })

  test('treats people outside the gallery as strangers', async () => {
    const lines = people(8, 3).map((line, i) => ({
      ...line,
      role: i % 3 === 0 ? 'gallery' : 'probe',
    }))
    const known = lines.filter(
      ({ subject, role }) => role === 'probe' || !['p6', 'p7'].includes(subject),
    )
    const { identification } = await evaluate(
      opened,
      { embeddings: await embeddingFile(known) },
      { threshold: 0.5 },
    )
    expect(identification).toMatchObject({
      people: 6,
      enrolledEach: null,
      strangers: 'real',
      fpir: { trials: 4 },
      fnir: { trials: 12, errors: 0 },
    })
  })

  test('reports NaN, zeros, other models, other lengths and incomplete lines, and evaluates the rest', async () => {
    const lines: object[] = people(10, 2)
    const file = await embeddingFile([
      ...lines,
      { subject: 'p0', photo: 'nan', embedding: [Number.NaN, ...new Array(31).fill(1)] },
      { subject: 'p0', photo: 'zeros', embedding: new Array(32).fill(0) },
      { ...madeUp(50, 'p0', 1)[0], model: 'other@1' },
      madeUp(51, 'p1', 1, 0.5, 16)[0]!,
      { photo: 'nobody', embedding: new Array(32).fill(1) },
    ])
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"subject": "p1", "embed`)
    const { warnings, failures, verification } = await evaluate(opened, { embeddings: file })
    expect(verification.genuinePairs).toBe(10)
    expect(failures.map(({ photo }) => photo)).toEqual(['nan', 'zeros'])
    const text = warnings.join('\n')
    for (const part of [
      '2 embeddings contain a value that is not a number',
      '1 embedding of another model (other@1, 32 numbers)',
      '1 embedding of another model (unnamed, 16 numbers)',
      '2 lines lack an embedding or a subject and are left out: line 25, line 26',
    ]) {
      expect(text).toContain(part)
    }
    // Counted as not matched, each with the photos it would have been compared with: p0 had 2, and each other.
    expect(verification.fnmrWithFailures).toBeCloseTo(
      (verification.fnmr!.errors + 5) / (verification.fnmr!.trials + 5),
      12,
    )
  })

  test('counts a face that is too poor to be judged as a miss', async () => {
    const lines = people(6, 2, 0.1).map((line, i) => ({ ...line, quality: i === 1 ? 0 : 0.9 }))
    const { identification } = await evaluate(
      opened,
      { embeddings: await embeddingFile(lines) },
      { threshold: -1 },
    )
    // At threshold −1 every stranger is named, except the face that is not judgeable.
    expect(identification).toMatchObject({
      notJudgeable: 1,
      fpir: { errors: 5, trials: 6 },
      fnir: { errors: 1, trials: 6 },
    })
  })

  test('a photo that is enrolled and searched for does not find itself', async () => {
    const [first, ...rest] = people(6, 3).map((line, i) => ({
      ...line,
      role: i % 3 === 0 ? 'gallery' : 'probe',
    }))
    const { warnings, identification } = await evaluate(opened, {
      embeddings: await embeddingFile([first!, ...rest, { ...first!, role: 'probe' }, rest[0]!]),
    })
    expect(identification!.fnir!.trials).toBe(12)
    expect(warnings.join('\n')).toContain('1 photo is both enrolled and a probe')
    expect(warnings.join('\n')).toContain('1 photo is a copy of another photo of the same person')
  })

  test('refuses sets without a pair, with one person, and empty ones', async () => {
    const single = await evaluate(opened, { embeddings: await embeddingFile(people(20, 1)) })
    expect(single.verification).toMatchObject({ fnmr: null, auc: null, eer: null, dPrime: null })
    expect(single.verification.fmr!.trials).toBe(190)
    expect(single.identification).toBeNull()
    expect(single.warnings.join()).toContain('No person has two photos')
    const alone = await evaluate(opened, { embeddings: await embeddingFile(people(1, 5)) })
    expect(alone.verification).toMatchObject({ fmr: null, auc: null })
    expect(alone.verification.fnmr!.trials).toBe(10)
    expect(alone.warnings.join()).toContain('There is only one person')
    for (const [lines, code] of [
      [people(1, 1), 'too-few-photos'],
      [[{ embedding: [1, 2] }], 'bad-argument'],
    ] as const) {
      const file = await embeddingFile(lines)
      await expect(evaluate(opened, { embeddings: file })).rejects.toMatchObject({ code })
    }
    await expect(evaluate(opened, { embeddings: 'nowhere.jsonl' })).rejects.toMatchObject({
      code: 'photo-not-found',
    })
  })

  test('a rate without errors is never reported as 0', async () => {
    const out = await temporaryFolder()
    const { verification } = await evaluate(
      opened,
      { embeddings: await embeddingFile(people(20, 3, 0.1)) },
      { out, threshold: 0.95 },
    )
    expect(verification.fmr).toMatchObject({ errors: 0, supported: false })
    expect(verification.fmr!.high).toBeGreaterThan(0)
    const page = readFileSync(join(out, 'report.html'), 'utf8')
    expect(page).toMatch(
      /Two people taken for one \(FMR\)<\/th><td>≤ [\d.]+ %, too few pairs for a closer estimate/,
    )
    expect(verification.acceptance.at(-1)).toMatchObject({ far: 1e-6, tar: null })
    expect(verification.acceptance.at(-1)!.peopleNeeded).toBeGreaterThan(1000)
  })
})

describe('the protocol of Labeled Faces in the Wild', () => {
  /** Ten folds of people with some wrong pairs, as pairs.txt lists them. */
  async function protocol() {
    const folder = await temporaryFolder()
    const random = new Random(3)
    const names = Array.from({ length: 40 }, (_, i) => `Person_${i}`)
    const photos = new Map(names.map((name, i) => [name, madeUp(100 + i, name, 4, 1.4)]))
    const lines = ['10\t12']
    const pairs: { fold: number; same: boolean; similarity: number }[] = []
    const at = (name: string, n: number) => photos.get(name)![n - 1]!.embedding
    for (let fold = 0; fold < 10; fold++) {
      for (let i = 0; i < 12; i++) {
        const name = names[random.below(40)]!
        const [n, m] = [1 + random.below(2), 3 + random.below(2)]
        lines.push(`${name}\t${n}\t${m}`)
        pairs.push({ fold, same: true, similarity: cosine(at(name, n), at(name, m)) })
      }
      for (let i = 0; i < 12; i++) {
        const [one, other] = random.sample(names, 2) as [string, string]
        const [n, m] = [1 + random.below(4), 1 + random.below(4)]
        lines.push(`${one}\t${n}\t${other}\t${m}`)
        pairs.push({ fold, same: false, similarity: cosine(at(one, n), at(other, m)) })
      }
    }
    const file = join(folder, 'pairs.txt')
    writeFileSync(file, `${lines.join('\n')}\n`)
    return { file, folder, pairs, photos }
  }

  test('gives mean and standard error over folds, each at the threshold of the other nine', async () => {
    const { file, pairs, photos } = await protocol()
    const { foldAccuracy } = await import('../../dist/evaluation/folds.js')
    const listed = await readPairs(file)
    const samples = listed.photos.map(({ photo, person }) => {
      const [name, n] = [person, Number(photo.match(/_(\d{4})[.]jpg$/)![1])]
      const vector = photos.get(name)![n - 1]!.embedding
      const length = Math.hypot(...vector)
      return { vector: vector.map((x) => x / length) } as Sample
    })
    const found = foldAccuracy({ samples, measure: cosineMeasure }, listed.pairs)!
    const accuracies = Array.from({ length: 10 }, (_, fold) => {
      const others = pairs.filter((pair) => pair.fold !== fold)
      const of = (same: boolean) =>
        Float64Array.from(others.filter((pair) => pair.same === same).map((p) => p.similarity))
      const threshold = smoothedThreshold({ genuine: of(true), impostor: of(false) })
      const own = pairs.filter((pair) => pair.fold === fold)
      return own.filter((p) => p.similarity >= threshold === p.same).length / own.length
    })
    const mean = accuracies.reduce((sum, x) => sum + x, 0) / 10
    const deviation = Math.sqrt(accuracies.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 9)
    expect(mean).toBeLessThan(1)
    expect(found.mean).toBeCloseTo(mean, 9)
    expect(found.standardError).toBeCloseTo(deviation / Math.sqrt(10), 9)
  })

  test('reports folds of unequal size and pairs of a photo with itself', async () => {
    const { file } = await protocol()
    const text = readFileSync(file, 'utf8').trimEnd().split('\n')
    writeFileSync(file, [...text.slice(0, -1), 'Person_1\t2\t2'].join('\n'))
    const { warnings, pairs } = await readPairs(file)
    expect(pairs).toHaveLength(239)
    expect(warnings).toEqual([
      expect.stringContaining('compares a photo with itself'),
      expect.stringMatching(/folds differ in size .*10: 23/),
    ])
  })

  test('reports contradictory pairs', async () => {
    const file = join(await temporaryFolder(), 'pairs.csv')
    writeFileSync(file, 'a,b,same\nx.jpg,y.jpg,1\ny.jpg,z.jpg,yes\nx.jpg,z.jpg,0\nx.jpg,w.jpg,no\n')
    const { photos, warnings } = await readPairs(file)
    expect(warnings).toEqual([expect.stringContaining('1 pair says different people')])
    expect(new Set(photos.map(({ person }) => person)).size).toBe(2)
  })

  test('refuses an invalid list of pairs and names the line', async () => {
    const folder = await temporaryFolder()
    const file = join(folder, 'pairs.csv')
    for (const [text, part] of [
      ['a,b,same\nx.jpg,y.jpg,maybe\n', 'line 2'],
      ['a,b\nx.jpg,y.jpg\n', 'line 2'],
      ['10 2\nA\t1\t2\nB one 2\n', 'line 3'],
      ['a,b,same\n"x.jpg,y.jpg,1\n', 'not a list of pairs'],
    ] as const) {
      writeFileSync(file, text)
      await expect(readPairs(file)).rejects.toMatchObject({
        code: 'bad-argument',
        message: expect.stringContaining(part),
      })
    }
    await expect(readPairs(join(folder, 'none.csv'))).rejects.toMatchObject({
      code: 'photo-not-found',
    })
  })
})

test('names slices that differ significantly, and no others', () => {
  const random = new Random(9)
  const samples = Array.from({ length: 400 }, (_, i) => ({
    person: `p${i >> 1}`,
    attributes: { camera: (i >> 1) % 2 ? 'door' : 'yard', lamp: (i >> 1) % 3 ? 'on' : 'off' },
  })) as unknown as Sample[]
  const counts = new SliceCounts(slicingsOf(samples), 0.5, 200)
  for (let person = 0; person < 200; person++) {
    const poor = person % 2 === 0
    const similarity = random.next() < (poor ? 0.3 : 0.02) ? 0.2 : 0.8
    counts.add(2 * person, 2 * person + 1, person, person, true, similarity)
  }
  const slices = counts.slices({ genuine: 1, impostor: 1 })
  const sentences = differences(slices)
  expect(sentences).toHaveLength(1)
  expect(sentences[0]).toMatch(
    /^By camera, faces of “yard” are not recognized more often .* “door”/,
  )
})

describe.skipIf(lacks('faces'))('photos', () => {
  let folder: string
  let evaluation: Evaluation
  beforeAll(async () => {
    const { mkdtemp } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    folder = await mkdtemp(join(tmpdir(), 'agnize-evaluation-'))
    evaluation = await evaluate(
      opened,
      { folder: join(facesFolder, 'lfw') },
      { out: join(folder, 'lfw') },
    )
  })
  afterAll(async () => {
    const { rm } = await import('node:fs/promises')
    await rm(folder, { recursive: true })
  })

  test('LFW: no error, with the interval that this supports', () => {
    const { verification, identification, failures, timings } = evaluation
    expect(failures).toEqual([])
    expect(verification).toMatchObject({
      genuinePairs: 225,
      impostorPairs: 1000,
      fmr: { errors: 0 },
      fnmr: { errors: 0 },
      auc: { value: 1 },
    })
    expect(verification.fmr!.high).toBeGreaterThan(0.003)
    expect(identification).toMatchObject({ people: 5, fnir: { errors: 0, trials: 45 } })
    expect(Object.keys(timings!)).toContain('embed')
    for (const file of Object.values(evaluation.files!)) expect(statSync(file).mode & 0o077).toBe(0)
  })

  test('reuses cached embeddings without analyzing the photos again', async () => {
    const before = readFileSync(evaluation.files!.embeddings, 'utf8')
    const again = await evaluate(
      opened,
      { folder: join(facesFolder, 'lfw') },
      { out: join(folder, 'lfw') },
    )
    expect(readFileSync(evaluation.files!.embeddings, 'utf8')).toBe(before)
    const { scores: _, ...figures } = again.verification
    const { scores: __, ...first } = evaluation.verification
    expect(figures).toEqual(first)
  })

  test('resumes after Ctrl-C', async () => {
    const home = await homeWithModels()
    const out = join(folder, 'stopped')
    const args = ['evaluate', join(facesFolder, 'orl'), '--out', out, '--threads', '1']
    const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...args], {
      env: { ...process.env, AGNIZE_HOME: home },
    })
    const kept = () => {
      try {
        return readFileSync(join(out, 'embeddings.jsonl'), 'utf8').split('\n').filter(Boolean)
          .length
      } catch {
        return 0
      }
    }
    const end = once(child, 'exit')
    while (kept() < 20) await new Promise((later) => setTimeout(later, 20))
    child.kill('SIGINT')
    expect((await end)[0]).toBe(130)
    const done = kept()
    expect(done).toBeLessThan(300)
    const { code, stdout } = await agnize(args, { home })
    expect(code).toBe(0)
    expect(stdout).toContain('(73 of 43500)')
    expect(kept()).toBe(300)
  })

  test('reports and counts duplicates and photos without a face', async () => {
    const people = join(folder, 'people')
    for (const name of ['A', 'B']) await mkdir(join(people, name), { recursive: true })
    const photo = (person: string, n: number) =>
      join(facesFolder, 'lfw', person, `${person}_000${n}.jpg`)
    for (const n of [1, 2, 3]) {
      await symlink(photo('Colin_Powell', n), join(people, 'A', `${n}.jpg`))
      await symlink(photo('Hugo_Chavez', n), join(people, 'B', `${n}.jpg`))
    }
    await symlink(photo('Colin_Powell', 1), join(people, 'A', 'copy.jpg'))
    await symlink(photo('Colin_Powell', 2), join(people, 'B', 'also.jpg'))
    writeFileSync(join(people, 'A', 'broken.jpg'), 'no photo')
    const { warnings, failures, verification } = await evaluate(opened, { folder: people })
    expect(warnings.join('\n')).toContain('1 photo is a copy of another photo of the same person')
    expect(warnings.join('\n')).toContain('The same photo is filed under two people')
    expect(failures).toEqual([expect.objectContaining({ person: 'A', code: 'not-an-image' })])
    expect(verification).toMatchObject({ genuinePairs: 6, impostorPairs: 9 })
    expect(verification.fnmrWithFailures).toBeCloseTo(3 / 9, 12)
  })

  test('evaluates a gallery with probes, failures to enroll and strangers', async () => {
    const [enrolled, probes] = [join(folder, 'enrolled'), join(folder, 'probes')]
    const lfw = (name: string, n: number) => join(facesFolder, 'lfw', name, `${name}_000${n}.jpg`)
    for (const name of ['Colin_Powell', 'Hugo_Chavez', 'Ariel_Sharon']) {
      await mkdir(join(probes, name), { recursive: true })
      for (const n of [4, 5]) await symlink(lfw(name, n), join(probes, name, `${n}.jpg`))
      if (name === 'Ariel_Sharon') continue
      await mkdir(join(enrolled, name), { recursive: true })
      await symlink(lfw(name, 1), join(enrolled, name, '1.jpg'))
    }
    await mkdir(join(enrolled, 'Group'))
    await symlink(sample(3), join(enrolled, 'Group', 'group.jpg'))
    const { identification, failures } = await evaluate(opened, { gallery: enrolled, probes })
    expect(failures).toEqual([expect.objectContaining({ person: 'Group', code: 'several-faces' })])
    expect(identification).toMatchObject({
      people: 2,
      strangers: 'real',
      fpir: { errors: 0, trials: 2 },
      fnir: { errors: 0, trials: 4 },
      failedToEnroll: { people: 1, of: 3 },
    })
  })

  test('evaluates pairs, one of which names a missing file', async () => {
    const file = join(folder, 'pairs.csv')
    const p = 'Colin_Powell/Colin_Powell_000'
    writeFileSync(
      file,
      `a,b,same\n${p}1.jpg,${p}2.jpg,1\n${p}1.jpg,Hugo_Chavez/Hugo_Chavez_0001.jpg,0\n${p}1.jpg,nowhere.jpg,1\n`,
    )
    const { code, stdout } = await agnize(
      [
        'evaluate',
        '--pairs',
        file,
        '--root',
        join(facesFolder, 'lfw'),
        '--out',
        join(folder, 'pairs'),
        '--json',
      ],
      { home: await homeWithModels() },
    )
    expect(code).toBe(0)
    const result = JSON.parse(stdout)
    expect(result.failures).toEqual([
      expect.objectContaining({
        photo: expect.stringContaining('nowhere.jpg'),
        code: 'photo-not-found',
      }),
    ])
    expect(result.verification).toMatchObject({
      genuine_pairs: 1,
      impostor_pairs: 1,
      fnmr: { errors: 0, trials: 1 },
      fnmr_with_failures: 0.5,
    })
    expect(result.identification).toBeNull()
  })

  test('compares runs of pairs with a relative root', async () => {
    const file = join(folder, 'relative.csv')
    const [p, h] = ['Colin_Powell/Colin_Powell_000', 'Hugo_Chavez/Hugo_Chavez_000']
    writeFileSync(
      file,
      `a,b,same\n${p}1.jpg,${p}2.jpg,1\n${h}1.jpg,${h}2.jpg,1\n${p}1.jpg,${h}1.jpg,0\n${p}2.jpg,${h}2.jpg,0\n`,
    )
    const root = relative(process.cwd(), join(facesFolder, 'lfw'))
    const out = join(folder, 'relative')
    await evaluate(opened, { pairs: file, root }, { out })
    const compared = await compare([out, out], { replicates: 10 })
    // The comparison uses the listed pairs only.
    expect(compared).toMatchObject({ genuinePairs: 2, impostorPairs: 2 })
  })

  test('custom attributes define slices', async () => {
    const file = join(folder, 'cameras.csv')
    const rows = evaluation.samples.map(
      ({ photo }, i) => `${photo.split('/').slice(-2).join('/')},${i % 2 ? 'door' : 'hall'}`,
    )
    writeFileSync(file, `photo,camera\n${rows.slice(1).join('\n')}\n`)
    const { verification, warnings } = await evaluate(
      opened,
      { folder: join(facesFolder, 'lfw') },
      { attributes: file, replicates: 10 },
    )
    const cameras = verification.slices.filter(({ attribute }) => attribute === 'camera')
    expect(cameras.map(({ part }) => part)).toEqual(['door', 'hall'])
    expect(cameras.every(({ fmr }) => fmr!.trials > 100)).toBe(true)
    expect(warnings.join()).toContain('has no line for 1 photo')
    // The attributes of one run are not kept for the next.
    const out = join(folder, 'told')
    const attributesOf = async (options: object) => {
      const { samples } = await evaluate(
        opened,
        { folder: join(facesFolder, 'lfw') },
        { out, replicates: 10, ...options },
      )
      return new Set(samples.flatMap(({ attributes }) => Object.keys(attributes)))
    }
    expect(await attributesOf({ attributes: file })).toContain('camera')
    expect([...(await attributesOf({}))].sort()).toEqual([
      'light',
      'pose',
      'quality',
      'sharpness',
      'size',
    ])
    writeFileSync(file, 'camera\ndoor\n')
    await expect(
      evaluate(opened, { folder: join(facesFolder, 'lfw') }, { attributes: file }),
    ).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('photo') })
  })

  test('a run does not differ from itself, but from a worse one', async () => {
    const out = join(folder, 'comparison')
    const run = join(folder, 'lfw')
    const random = new Random(5)
    const worse = join(folder, 'worse.jsonl')
    writeFileSync(
      worse,
      evaluation.samples
        .map(({ vector, ...sample }) => {
          const noisy = vector.map((x) => x + 0.12 * random.normal())
          const line = {
            ...sample,
            vector: noisy,
            model: 'worse',
            settings: null,
            faces: null,
            main: null,
            ms: null,
          }
          return embeddingLine({ ...line, failure: null })
        })
        .join(''),
    )
    const { runs, genuinePairs, files } = await compare([run, run, worse], { out })
    expect(genuinePairs).toBe(225)
    for (const { difference, differs } of runs[1]!.figures) {
      expect(difference).toMatchObject({ value: 0 })
      expect(differs).toBe(false)
    }
    expect(runs[2]!.figures.find(({ figure }) => figure === 'eer')!.differs).toBe(true)
    expect(readFileSync(files!.report, 'utf8')).toContain('worse.jsonl')
    await expect(compare([run])).rejects.toMatchObject({ code: 'bad-argument' })
    await expect(compare([run, folder])).rejects.toMatchObject({ code: 'photo-not-found' })
  })

  test.skipIf(lacks('chromium'))(
    'the report is a page that a browser shows, light and dark',
    async () => {
      const browser = await chromium.launch(chromiumOptions)
      onTestFinished(() => browser.close())
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await browser.newPage({ colorScheme })
        const trouble: string[] = []
        page.on('pageerror', (error) => trouble.push(String(error)))
        page.on('console', (message) => trouble.push(message.text()))
        page.on('request', (request) => {
          if (!/^(file|data):/.test(request.url())) trouble.push(request.url())
        })
        await page.goto(`file://${evaluation.files!.report}`)
        const shown = {
          title: await page.textContent('h1'),
          charts: await page.locator('svg[viewBox]:visible').count(),
          faces: await page.locator('img[src^="data:image/jpeg"]:visible').count(),
          text: await page.evaluate('getComputedStyle(document.body).color'),
        }
        expect(trouble).toEqual([])
        expect(shown).toMatchObject({ title: 'lfw', charts: 4, faces: 48 })
        expect(shown.text).toBe(colorScheme === 'light' ? 'rgb(0, 0, 0)' : 'rgb(255, 255, 255)')
      }
    },
  )
})
