import { readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import {
  apcer,
  bpcer,
  heldOutRates,
  shareOfPeople,
  thresholdBetween,
} from '../../dist/evaluation/attacks/attack-rates.js'
import { agnize, homeWithModels, sample, temporaryFolder } from '../fixtures.js'
import { photosOf } from '../liveness/presentations.js'
import { lacks } from '../requirements.js'

const of = (person: string, ...scores: (number | null)[]) =>
  scores.map((score) => ({ person, score }))

test('rates are of judged presentations, and their intervals are over people', () => {
  const attacks = [...of('a', 0.9, 0.1, null), ...of('b', 0.2, 0.3), ...of('c', 0.1)]
  const live = [...of('a', 0.8, 0.4), ...of('b', 0.9, null)]
  expect(apcer(attacks, 0.5)).toMatchObject({ errors: 1, trials: 5, value: 0.2, supported: true })
  expect(bpcer(live, 0.5)).toMatchObject({ errors: 1, trials: 3 })
  // A score at the threshold is live.
  expect(apcer(of('a', 0.5), 0.5)).toMatchObject({ errors: 1 })
  expect(bpcer(of('a', 0.5), 0.5)).toMatchObject({ errors: 0 })
  expect(apcer(of('a', null), 0.5)).toBeNull()
  // Without an error the rule of three counts people, not photos.
  const many = [...Array(7).keys()].flatMap((i) => of(`p${i}`, ...Array(30).fill(0)))
  expect(apcer(many, 0.5)!.high).toBeCloseTo(3 / 7, 6)
  const one = shareOfPeople(
    [...many, ...of('q', ...Array(30).fill(1))],
    ({ score }) => score === 1,
  )!
  const spread = shareOfPeople(
    [...Array(8).keys()]
      .flatMap((i) => of(`p${i}`, ...Array(26).fill(0), 1, 1, 1, 1))
      .slice(0, 240),
    ({ score }) => score === 1,
  )!
  // One person with all the errors tells less than eight people with a few each.
  expect(one.high - one.low).toBeGreaterThan(2 * (spread.high - spread.low))
})

test('a threshold lies between attacks and live faces; each person is judged at that of the others', () => {
  expect(thresholdBetween(of('a', 0.1, 0.3), of('a', 0.9, 0.7))).toBeCloseTo(0.5, 9)
  expect(thresholdBetween(of('a', 0.1, 0.8), of('a', 0.9, 0.7, 0.95))).toBe(0.9)
  expect(thresholdBetween(of('a', null), of('a', 0.9))).toBeNull()
  const attacks = [...of('a', 0.1), ...of('b', 0.1), ...of('c', 0.6)]
  const live = [...of('a', 0.9), ...of('b', 0.9), ...of('c', 0.9)]
  const heldOut = heldOutRates(attacks, live)!
  // Without c the middle is 0.5, which the attack of c passes.
  expect(heldOut).toMatchObject({ thresholds: [0.5, 0.75], apcer: { errors: 1, trials: 3 } })
  expect(heldOut.bpcer).toMatchObject({ errors: 0, trials: 3 })
  expect(heldOutRates(attacks.slice(0, 2), live.slice(0, 2))).toBeNull()
})

test('a missing folder is an error like that of other commands', async () => {
  const folder = join(await temporaryFolder(), 'nowhere')
  const home = await homeWithModels()
  for (const args of [['--attacks', folder], [folder]]) {
    const cwd = await temporaryFolder()
    const { code, stderr } = await agnize(['evaluate', ...args, '--json'], { home, cwd })
    expect(code).not.toBe(0)
    expect(stderr).toContain(`There is no folder ${folder}: check the path.`)
    expect(readdirSync(cwd)).toEqual([])
  }
})

test.skipIf(lacks('pad'))(
  'a folder of live faces and attacks yields rates by species, the worst first',
  async () => {
    const folder = join(await temporaryFolder(), 'door')
    const put = async (species: string, person: string, photos: readonly string[]) => {
      await mkdir(join(folder, species, person), { recursive: true })
      for (const photo of photos)
        await copyFile(photo, join(folder, species, person, basename(photo)))
    }
    for (const person of ['0001', '0003', '0005']) {
      await put('live', person, photosOf('live', person, 2))
      await put('print', person, photosOf('print', person, 2))
      // Live faces in the place of attacks: all of them pass, and match.
      await put('actor', person, photosOf('live', person, 30).slice(9, 11))
    }
    await put('print', '0009', [sample(1)])
    await writeFile(join(folder, 'print', '0009', 'broken.jpg'), 'no photo')
    const home = await homeWithModels()
    const out = join(folder, '..', 'out')
    const args = ['evaluate', '--attacks', folder, '--out', out]
    const { code, stdout, stderr } = await agnize([...args, '--liveness-threshold', '0.2'], {
      home,
    })
    expect([code, stderr]).toEqual([0, expect.stringContaining('broken.jpg')])
    expect(stdout).toMatch(/actor +3 +6 +100 %.*\n +print +4 +7 /)
    const results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))
    const [actor, print] = results.species
    expect(actor).toMatchObject({ species: 'actor', apcer: { errors: 6, trials: 6 } })
    expect(actor.iapar).toMatchObject({ errors: 6, trials: 6 })
    expect(print).toMatchObject({ species: 'print', people: 4, presentations: 7 })
    // The person without a live photo cannot be matched.
    expect([print.apcer.trials, print.iapar.trials]).toEqual([7, 6])
    expect(results.live).toMatchObject({ people: 3, presentations: 6, bpcer: { errors: 0 } })
    expect(results.thresholds).toMatchObject([{ threshold: 0.2, worst: 'actor' }])
    expect(results.milliseconds).toBeGreaterThan(0)
    const page = readFileSync(join(out, 'report.html'), 'utf8')
    expect(page).toContain('APCER')
    expect(page).toContain('not a certified test')
    const csv = await agnize([...args, '--csv'], { home })
    expect(csv.stdout).toMatch(
      /^figure,of,threshold,value,low,high,errors,trials\r?\nAPCER,actor,0.7,1/,
    )
    const json = await agnize([...args, '--json'], { home })
    expect(JSON.parse(json.stdout).schema_version).toBe(1)
  },
  120_000,
)

test('what is no such folder is refused with what it needs', async () => {
  const home = await homeWithModels()
  const empty = await temporaryFolder()
  for (const [args, message] of [
    [['--attacks', empty], /needs a folder "live".*\[photo-not-found\]/],
    [['--attacks', join(empty, 'none')], /There is no folder .*\[photo-not-found\]/],
    [[empty, '--attacks', empty], /without other data.*\[bad-argument\]/],
    [['--attacks', empty, '--liveness-threshold', '2'], /between 0 and 1/],
  ] as const) {
    const run = await agnize(['evaluate', ...args], { home })
    expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
  }
})
