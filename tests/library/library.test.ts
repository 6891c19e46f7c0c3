import { openAsBlob } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { evaluate } from '../../dist/evaluation/index.js'
import {
  type Agnize,
  AgnizeError,
  type Face,
  type IdentifiedFace,
  openAgnize,
  type PhotoSource,
  type Reason,
  type Subject,
} from '../../dist/index.js'
import { type Rule, watch } from '../../dist/watch/index.js'
import { agnize as command, homeWithModels, sample, temporaryFolder } from '../fixtures.js'
import { ask, startServer } from '../server/start.js'

let portrait: Buffer<ArrayBuffer>

beforeAll(async () => {
  portrait = Buffer.from(
    await sharp(sample(6))
      .extract({ left: 1375, top: 60, width: 540, height: 720 })
      .jpeg()
      .toBuffer(),
  )
})

async function opened(): Promise<Agnize> {
  const agnize = await openAgnize({ home: await homeWithModels(), threads: 1 })
  onTestFinished(() => agnize.close())
  return agnize
}

describe('an option that is one of a few words is refused in any other', () => {
  const words = ['Require', 'on', true, {}, null] as never[]

  test.each(words)('as liveness, %j', async (liveness) => {
    const agnize = await opened()
    const [{ embedding }] = (await agnize.analyze(portrait)) as [Face]
    await agnize.enroll('Anna', portrait)
    const image = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64) }
    const options = { liveness }
    const refused = {
      code: 'bad-argument',
      message: expect.stringMatching(/^liveness is one of off, observe, require, not .+[.]$/),
    }
    for (const call of [
      () => agnize.analyze(portrait, options),
      () => agnize.identify(portrait, options),
      () => agnize.identifyEmbeddings([{ embedding }], options),
      () => agnize.verify(portrait, portrait, options),
      () => agnize.verifySubject(embedding, 'Anna', options),
      () => agnize.enroll('Bo', portrait, options),
      () => agnize.describeFaces(image, [], options),
      () => agnize.identifyEach([portrait], options).next(),
      () => watch(agnize, [{ camera: 'door', source: '-' }], options).next(),
    ]) {
      await expect(call(), String(call)).rejects.toMatchObject(refused)
    }
    expect((await agnize.people.list()).map(({ name }) => name)).toEqual(['Anna'])
  })

  test('as any other option', async () => {
    const agnize = await opened()
    const rule = (rule: object) =>
      watch(agnize, [{ camera: 'door', source: '-' }], { rules: [rule as Rule] }).next()
    const word = 'Fast' as never
    for (const [call, message] of [
      [
        () => agnize.analyze(portrait, { detail: word }),
        'detail is one of fast, auto, full, not "Fast".',
      ],
      [
        () => agnize.identify(portrait, { fusion: word }),
        'fusion is one of best, mean, not "Fast".',
      ],
      [() => openAgnize({ use: word }), 'use is one of commercial, research, not "Fast".'],
      [() => openAgnize({ device: word }), expect.stringContaining('There is no device "Fast"')],
      [
        () => evaluate(agnize, { folder: '.' }, { face: word }),
        'face is one of largest, central, only, not "Fast".',
      ],
      [() => rule({ do: 'Quiet' }), 'do is one of alert, notify, quiet, not "Quiet".'],
      [
        () => rule({ do: 'quiet', who: 'Known' }),
        'who is one of known, unknown, anybody, not "Known".',
      ],
      [
        () => rule({ do: 'quiet', days: ['monday'] }),
        expect.stringMatching(/^A day is one of sun, .*not "monday"[.]$/),
      ],
    ] as const) {
      await expect(call(), String(message)).rejects.toMatchObject({ code: 'bad-argument', message })
    }
  })
})

describe('photos', () => {
  test('may be any kind of bytes, and keep their name', async () => {
    const agnize = await opened()
    const own = new Uint8Array(portrait).buffer
    const shared = new SharedArrayBuffer(portrait.length)
    new Uint8Array(shared).set(portrait)
    const part = Buffer.concat([Buffer.alloc(7), portrait]).subarray(7)
    const file = new File([portrait], 'anna.jpg')
    const photos: readonly PhotoSource[] = [
      ...[portrait, own, shared, part, new DataView(own), new Uint8ClampedArray(own)],
      ...[new Blob([portrait]), file, await openAsBlob(sample(6))],
      ...[
        { name: 'a.jpg', bytes: own },
        { name: 'b.jpg', bytes: new Blob([portrait]) },
      ],
    ]
    const counts: [string, number][] = []
    for await (const each of agnize.analyzeEach(photos)) {
      if ('error' in each) throw each.error
      counts.push([each.photo, each.result.faces.length])
    }
    expect(counts.map(([, faces]) => faces)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 4, 1, 1])
    expect(counts.map(([photo]) => photo)).toEqual(
      photos.map((_, i) => ({ 7: 'anna.jpg', 9: 'a.jpg', 10: 'b.jpg' })[i] ?? `photo ${i + 1}`),
    )
    const { enrolled } = await agnize.enroll('Anna', file)
    expect(await agnize.people.show('Anna')).toMatchObject([{ photo: 'anna.jpg' }])
    expect(enrolled[0]!.photo).toBe('anna.jpg')
    // The caller's buffer is unchanged and not detached.
    expect(own.byteLength).toBe(portrait.length)
  })

  test('an invalid value is refused as bad-argument', async () => {
    const agnize = await opened()
    for (const wrong of [
      ...[undefined, null, 7, true, {}, [], () => {}],
      ...[{ bytes: portrait }, { name: 'x', bytes: 'text' }, { width: 1, height: 1, data: 'x' }],
    ] as never[]) {
      const refused = { name: 'AgnizeError', code: 'bad-argument' }
      await expect(agnize.identify(wrong)).rejects.toMatchObject(refused)
      await expect(agnize.analyze(wrong)).rejects.toMatchObject(refused)
      await expect(agnize.verify(portrait, wrong)).rejects.toMatchObject(refused)
      await expect(agnize.enroll('Anna', [wrong])).rejects.toMatchObject(refused)
    }
    await expect(agnize.analyze(readFile(sample(6)) as never)).rejects.toThrow(/await it first/)
    const large = await openAgnize({ home: await homeWithModels(), limits: { maxBytes: 100 } })
    onTestFinished(() => large.close())
    await expect(large.analyze(new Blob([portrait]))).rejects.toMatchObject({
      code: 'image-too-large',
    })
  })
})

describe('closing', () => {
  /** The calls in progress at closing: each alone, and many at once. */
  const calls: Record<string, (agnize: Agnize) => Promise<unknown>> = {
    analyze: (agnize) => agnize.analyze(portrait),
    identify: (agnize) => agnize.identify(portrait),
    identifyPhoto: (agnize) => agnize.identifyPhoto(portrait),
    verify: (agnize) => agnize.verify(portrait, portrait),
    verifySubject: (agnize) => agnize.verifySubject(portrait, 'Anna'),
    identifyEmbeddings: (agnize) => agnize.identifyEmbeddings([]),
    enroll: (agnize) => agnize.enroll('Anna', portrait),
    calibration: (agnize) => agnize.calibration(),
    setCalibration: (agnize) => agnize.setCalibration(null),
    embeddingCard: (agnize) => agnize.embeddingCard(),
    'people.list': (agnize) => agnize.people.list(),
    'people.create': (agnize) => agnize.people.create('Bob'),
    'people.show': (agnize) => agnize.people.show('Anna'),
    'people.rename': (agnize) => agnize.people.rename('Anna', 'Anne'),
    'people.remove': (agnize) => agnize.people.remove('Anna'),
    'people.erase': (agnize) => agnize.people.erase('Anna'),
    'people.check': (agnize) => agnize.people.check(),
    'visits.list': (agnize) => agnize.visits.list({ limit: 5 }),
    'visits.search': (agnize) => agnize.visits.search(portrait),
    'visits.regroup': (agnize) => agnize.visits.regroup(),
    'references.tidy': (agnize) => agnize.references.tidy('Anna'),
    'corrections.list': (agnize) => agnize.corrections.list(),
    'corrections.same': (agnize) => agnize.corrections.same(portrait, 'Anna'),
    'decisions.verify': (agnize) => agnize.decisions.verify(),
    'decisions.list': (agnize) => agnize.decisions.list().next(),
    'gallery.auditLog': (agnize) => agnize.gallery.auditLog().next(),
    'gallery.list': (agnize) => agnize.gallery.list(),
    'gallery.verify': (agnize) => agnize.gallery.verify(),
    'gallery.backups': (agnize) => agnize.gallery.backups(),
    'gallery.protect': (agnize) => agnize.gallery.protect(),
    'gallery.inspect': (agnize) => agnize.gallery.inspect('nowhere'),
    'gallery.restore': (agnize) => agnize.gallery.restore('nowhere'),
    'a gallery beside it': (agnize) => agnize.inGallery('other').people.list(),
  }

  test('refuses calls after closing with `closed`', async () => {
    const agnize = await openAgnize({ home: await homeWithModels(), threads: 1 })
    await agnize.enroll('Anna', portrait)
    const beside = agnize.inGallery('beside')
    await beside.people.list()
    await agnize.close()
    for (const [name, call] of Object.entries(calls)) {
      const outcome = await Promise.resolve()
        .then(() => call(agnize))
        .catch((error: unknown) => error)
      expect(outcome, name).toMatchObject({ name: 'AgnizeError', code: 'closed' })
    }
    await expect(beside.people.list()).rejects.toMatchObject({ code: 'closed' })
    await agnize.close()
  })

  test('completes concurrent calls or refuses them with `closed`', async () => {
    for (const [name, call] of Object.entries(calls)) {
      const agnize = await openAgnize({ home: await homeWithModels(), threads: 1 })
      await agnize.people.create('Anna')
      const under = Array.from({ length: 20 }, () => call(agnize).catch((error: unknown) => error))
      await Promise.all([agnize.close(), ...under])
      for (const outcome of await Promise.all(under)) {
        if (!(outcome instanceof Error)) continue
        // The call's own error may come first.
        expect(outcome, `${name}: ${outcome.stack} ${outcome.cause}`).toBeInstanceOf(AgnizeError)
        expect((outcome as AgnizeError).code, `${name}: ${outcome.stack}`).not.toBe('internal')
      }
    }
  })

  test('completes or refuses each concurrent change, and keeps the file intact', async () => {
    const home = await homeWithModels()
    const agnize = await openAgnize({ home, threads: 1 })
    await agnize.people.list()
    const names = Array.from({ length: 60 }, (_, i) => `Person ${i}`)
    const made = names.map((name) =>
      agnize.people.create(name).then(
        () => true,
        (error: AgnizeError) => error.code,
      ),
    )
    await made[0]
    await agnize.close()
    const outcomes = await Promise.all(made)
    expect(outcomes.filter((outcome) => outcome !== true && outcome !== 'closed')).toEqual([])
    await using again = await openAgnize({ home, threads: 1 })
    const there = (await again.people.list()).map(({ name }) => name)
    expect(there.sort()).toEqual(names.filter((_, i) => outcomes[i] === true).sort())
  })
})

test('a match has a subject, and other answers have a reason, in the types too', () => {
  const use = (face: IdentifiedFace) => {
    if (face.answer === 'match') {
      expectTypeOf(face.subject).toEqualTypeOf<Subject>()
      expectTypeOf(face.similarity).toEqualTypeOf<number>()
      expectTypeOf(face.reason).toEqualTypeOf<null>()
    } else {
      expectTypeOf(face.subject).toEqualTypeOf<null>()
      expectTypeOf(face.reason).toEqualTypeOf<Reason>()
    }
  }
  expectTypeOf(use).parameter(0).toHaveProperty('box')
})

describe('a name that nobody has', () => {
  test('is reported instead of an empty result', async () => {
    const agnize = await opened()
    await agnize.enroll('Skuli', portrait)
    const among = { subjects: ['Skuli', 'Skulli'] }
    const unknown = { code: 'unknown-subject', message: expect.stringMatching(/named "Skulli"/) }
    await expect(agnize.identify(portrait, { among })).rejects.toMatchObject(unknown)
    await expect(agnize.identifyEmbeddings([], { among })).rejects.toMatchObject(unknown)
    const [face] = await agnize.identify(portrait, { among: { subjects: ['Skuli'] } })
    expect(face!.answer).toBe('match')
    // A subject without a photo exists.
    await agnize.people.create('Bob')
    const [stranger] = await agnize.identify(portrait, { among: { subjects: ['Bob'] } })
    expect(stranger!.answer).toBe('unknown')
  })

  test('is reported by the command, with suggestions, and by the API', async () => {
    const home = await homeWithModels()
    const photo = join(await temporaryFolder(), 'a.jpg')
    await sharp(portrait).toFile(photo)
    await command(['enroll', 'Skúli Arnlaugsson', photo], { home })
    const run = await command(['identify', photo, '--only', 'skuli arnlaugson'], { home })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('Did you mean "Skúli Arnlaugsson"?')
    expect(run.stderr).toContain('[unknown-subject]')

    const server = await startServer()
    const answer = await ask(server, '/v1/galleries/default/identify?subject=Nobody', {
      method: 'POST',
      body: new Uint8Array(portrait),
      headers: { 'content-type': 'image/jpeg' },
    })
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-subject' } })
  })
})

describe('settings of the library', () => {
  test('are validated, and invalid ones change nothing', async () => {
    const agnize = await opened()
    await agnize.enroll('Anna', portrait)
    const { gallery } = agnize
    await gallery.setRetention({ purpose: 'door', days: 30 })
    await gallery.setGreeting({ phrase: 'Hello {names}', againAfter: 60 })
    const refusal = { code: 'bad-argument' }
    for (const days of [0, -1, 1.5, Number.NaN, 36_501, '30', undefined]) {
      await expect(gallery.setRetention({ days: days as number }), `${days}`).rejects.toMatchObject(
        refusal,
      )
    }
    for (const purpose of ['', ' ', 'x'.repeat(201), 7]) {
      await expect(gallery.setRetention({ purpose: purpose as string })).rejects.toMatchObject(
        refusal,
      )
    }
    for (const settings of [
      { phrase: '' },
      { phrase: 'x'.repeat(301) },
      { againAfter: 0 },
      { againAfter: Number.POSITIVE_INFINITY },
    ]) {
      await expect(gallery.setGreeting(settings)).rejects.toMatchObject(refusal)
    }
    expect(await gallery.retention()).toEqual({ purpose: 'door', days: 30 })
    expect(await gallery.greeting()).toEqual({ phrase: 'Hello {names}', againAfter: 60 })

    const { calibration } = await agnize.embeddingCard()
    await agnize.setCalibration(calibration!)
    const [first, second] = calibration!.thresholds
    for (const invalid of [
      { ...calibration!, thresholds: [second!, first!] },
      { ...calibration!, ambiguity: -1 },
      {},
    ]) {
      await expect(agnize.setCalibration(invalid as typeof calibration)).rejects.toMatchObject(
        refusal,
      )
    }
    expect(await agnize.calibration()).toEqual(calibration)
  })
})
