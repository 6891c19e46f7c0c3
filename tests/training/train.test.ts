import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Agnize, openAgnize } from '../../dist/index.js'
import { readInitializers } from '../../dist/onnx/read.js'
import { cosine } from '../../dist/recognition/similarity.js'
import { type TrainingPhotos, trainingPhotos } from '../../dist/training/data/training-photos.js'
import { readCard } from '../../dist/training/index.js'
import { exportNetwork } from '../../dist/training/networks/network.js'
import { nn4Small2 } from '../../dist/training/networks/nn4-small2.js'
import { siameseSmall } from '../../dist/training/networks/siamese-small.js'
import { type TrainResult, trainOn } from '../../dist/training/train.js'
import { trainableFrom } from '../../dist/training/trainable.js'
import { settingsFrom, type TrainOptions } from '../../dist/training/training-options.js'
import { chromiumOptions } from '../chromium.js'
import { agnize, facesFolder, homeWithOwnModels, temporaryFolder, testHome } from '../fixtures.js'
import { lacks } from '../requirements.js'

interface Metrics {
  readonly epoch: number
  readonly loss: number | null
  readonly validation_auc: number
}

describe.skipIf(lacks('faces'))('training', () => {
  /** Twenty people, four photos each. */
  let people: string
  let opened: Agnize
  let photos: TrainingPhotos

  beforeAll(async () => {
    people = await mkdtemp(join(tmpdir(), 'agnize-people-'))
    for (const name of (await readdir(join(facesFolder, 'orl'))).slice(0, 20)) {
      await mkdir(join(people, name))
      for (const n of [1, 4, 7, 10]) {
        const photo = `${n}.pgm`
        await symlink(join(facesFolder, 'orl', name, photo), join(people, name, photo))
      }
    }
    opened = await openAgnize({ home: testHome() })
    photos = await trainingPhotos(opened, people, siameseSmall(), {})
  })
  afterAll(async () => {
    await opened.close()
    await rm(people, { recursive: true })
  })

  const short = '--epochs 2 --steps 20 --people 10 --photos 3 --validation 0.3 --threads 1'.split(
    ' ',
  )

  test('trains on the command line, reports, and the model can be used at once', async () => {
    const home = await homeWithOwnModels()
    const folder = await temporaryFolder()
    const out = join(folder, 'door.onnx')
    const run = await agnize(['train', people, '--out', out, ...short], { home })
    expect(run).toMatchObject({ code: 0 })
    expect(run.stdout).toContain('trained door on 56 photos of 14 people; exported epoch')
    expect(run.stdout).toContain('Use it with --model door.')
    expect(run.stdout).toContain('On 24 photos of 6 others')
    expect((await readdir(join(folder, 'door-run'))).sort()).toEqual([
      'best.safetensors',
      'config.json',
      'last.safetensors',
      'metrics.jsonl',
      'report.html',
    ])
    const lines = (await readFile(join(folder, 'door-run/metrics.jsonl'), 'utf8'))
      .trim()
      .split('\n')
    const metrics = lines.map((line) => JSON.parse(line) as Metrics)
    expect(metrics.map(({ epoch }) => epoch)).toEqual([0, 1, 2])
    expect(metrics[2]!.loss).toBeLessThan(metrics[1]!.loss!)
    expect(metrics[2]!.validation_auc).toBeGreaterThan(metrics[0]!.validation_auc)
    const config = JSON.parse(await readFile(join(folder, 'door-run/config.json'), 'utf8'))
    expect(config).toMatchObject({ network: 'siamese-small', seed: 1, people: 10 })
    expect(config.dataset).toMatch(/^[0-9a-f]{64}$/)
    expect(config.commit === null || /^[0-9a-f]{40}$/.test(config.commit)).toBe(true)

    const [name] = await readdir(people)
    const photo = join(people, name!, '1.pgm')
    const enrolled = await agnize(['enroll', name!, photo, '--model', 'door'], { home })
    expect(enrolled).toMatchObject({ code: 0 })
    const found = await agnize(['identify', photo, '--model', 'door', '--threshold', '0.9'], {
      home,
    })
    expect(found).toMatchObject({ code: 0 })
    expect(found.stdout).toContain(name)

    // The file contains all metadata that another machine needs.
    const bytes = await readFile(out)
    expect(readCard(bytes)).toMatchObject({ name: 'door', dimensions: 64, bytes: bytes.length })
    const other = await homeWithOwnModels()
    expect(await agnize(['models', 'add', 'copy', out], { home: other })).toMatchObject({
      code: 0,
      stderr: '',
    })
    const verified = await agnize(
      ['verify', photo, photo, '--model', 'copy', '--json', '--threshold', '0.9'],
      {
        home: other,
      },
    )
    expect(JSON.parse(verified.stdout)).toMatchObject({ match: true })

    const again = await agnize(['train', people, '--out', out, ...short], { home })
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--resume.*\[bad-argument\]/),
    })
    const changed = await agnize(
      ['train', people, '--out', out, ...short, '--seed', '2', '--resume'],
      { home },
    )
    expect(changed).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/other settings \(seed, validationPeople\)/),
    })
    const finished = await agnize(['train', people, '--out', out, ...short, '--resume'], { home })
    expect(finished).toMatchObject({ code: 0 })
    expect(await readFile(out)).toEqual(bytes)
  })

  test('reaches the same result after it is killed and resumed', async () => {
    const home = testHome()
    const folder = await temporaryFolder()
    const args = (out: string) => [
      'train',
      people,
      '--out',
      join(folder, out),
      '--name',
      'same',
      '--no-add',
      '--epochs',
      '3',
      '--steps',
      '6',
      '--people',
      '6',
      '--threads',
      '1',
    ]
    expect(await agnize(args('whole.onnx'), { home })).toMatchObject({ code: 0 })
    const metricsFile = join(folder, 'killed-run', 'metrics.jsonl')
    const epochs = async () =>
      (await readFile(metricsFile, 'utf8').catch(() => '')).split('\n').length - 1
    const child = execFile(process.execPath, ['dist/cli/main.js', ...args('killed.onnx')], {
      env: { ...process.env, AGNIZE_HOME: home },
    })
    while ((await epochs()) < 3) {
      expect(child.exitCode).toBeNull()
      await sleep(5)
    }
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(existsSync(join(folder, 'killed.onnx'))).toBe(false)
    const resumed = await agnize([...args('killed.onnx'), '--resume'], { home })
    expect(resumed).toMatchObject({ code: 0 })
    expect(resumed.stderr).not.toContain('epoch   1')
    expect(await readFile(join(folder, 'killed.onnx'))).toEqual(
      await readFile(join(folder, 'whole.onnx')),
    )
    const withoutTime = async (run: string) =>
      (await readFile(join(folder, run, 'metrics.jsonl'), 'utf8')).replaceAll(
        /,"seconds":[^}]*/g,
        '',
      )
    expect(await withoutTime('killed-run')).toBe(await withoutTime('whole-run'))
  })

  test('Ctrl-C leaves a checkpoint to resume from', async () => {
    const folder = await temporaryFolder()
    const child = execFile(
      process.execPath,
      [
        'dist/cli/main.js',
        'train',
        people,
        '--out',
        join(folder, 'a.onnx'),
        '--epochs',
        '500',
        '--steps',
        '3',
      ],
      { env: { ...process.env, AGNIZE_HOME: testHome() } },
    )
    let stderr = ''
    child.stderr!.on('data', (text: string) => {
      stderr += text
    })
    while (!stderr.includes('epoch   1')) await sleep(10)
    child.kill('SIGINT')
    const [code] = await once(child, 'exit')
    expect(code).toBe(130)
    expect(stderr).toMatch(/stopped after \d+ epochs, which are kept in .*a-run: .*--resume/)
    expect(existsSync(join(folder, 'a-run', 'last.safetensors'))).toBe(true)
  })

  test.each<[string, Partial<TrainOptions>]>([
    ['contrastive', { loss: 'contrastive' }],
    ['offline triplets', { mining: 'offline' }],
    ['batch-all', { mining: 'batch-all' }],
    ['batch-hard', { mining: 'batch-hard', margin: 0.6 }],
    ['RGB', { channels: 'rgb' }],
  ])('%s raises the AUC', async (_, options) => {
    const { before, after } = await shortRun({
      epochs: 2,
      stepsPerEpoch: 20,
      validation: 0.3,
      ...options,
    })
    expect(after.auc).toBeGreaterThan(before.auc)
  })

  test('a loss that is not a number stops the training with advice, and keeps the checkpoint', async () => {
    const folder = await temporaryFolder()
    const out = join(folder, 'a.onnx')
    const options = { out, epochs: 3, stepsPerEpoch: 4, rate: 1e30, warmUp: 0 }
    await expect(shortRun(options)).rejects.toMatchObject({
      code: 'training-diverged',
      message: expect.stringContaining('with a --rate below'),
    })
    expect(existsSync(join(folder, 'a-run', 'last.safetensors'))).toBe(true)
    expect(existsSync(out)).toBe(false)
  })

  test('a head runs behind its base model and is never worse on held-out people', async () => {
    const result = await shortRun({
      network: 'head',
      epochs: 3,
      stepsPerEpoch: 20,
      validation: 0.3,
    })
    expect(result.after.auc).toBeGreaterThanOrEqual(result.before.auc)
    const home = await homeWithOwnModels()
    await using own = await openAgnize({ home, model: 'head' })
    await own.models.add({ ...result.card, name: 'head' }, await readFile(result.file))
    const photo = photos.faces[0]!.photo
    const [face] = await own.analyze(photo)
    expect(face!.embedding.vector.length).toBe(512)
    const [base] = await opened.analyze(photo)
    const alike = cosine({ ...face!.embedding, model: 'x' }, { ...base!.embedding, model: 'x' })
    if (result.epoch === 0) expect(alike).toBeCloseTo(1, 5)
    else expect(alike).toBeLessThan(0.99999)
  })

  test('fine-tuning keeps frozen stages unchanged and trains the others', async () => {
    const home = await homeWithOwnModels()
    await using own = await openAgnize({ home })
    const start = await shortRun({ epochs: 1, stepsPerEpoch: 5 })
    await own.models.add({ ...start.card, name: 'start' }, await readFile(start.file))
    const fine = await shortRun(
      { from: 'start', freeze: 'conv2', epochs: 1, stepsPerEpoch: 5, keep: 'last' },
      own,
    )
    const [a, b] = [
      readInitializers(await readFile(start.file)),
      readInitializers(await readFile(fine.file)),
    ]
    for (const name of ['conv1.weight', 'conv1.bias', 'conv2.weight']) {
      expect(b.get(name)!.data, name).toEqual(a.get(name)!.data)
    }
    for (const name of ['conv3.weight', 'conv4.bias', 'dense.weight']) {
      expect(b.get(name)!.data, name).not.toEqual(a.get(name)!.data)
    }
    expect(fine.before.auc).toBeCloseTo(start.after.auc, 6)
    await expect(shortRun({ from: 'start', network: 'nn4-small2' }, own)).rejects.toMatchObject({
      code: 'wrong-model',
    })
    await expect(shortRun({ from: 'start', freeze: 'conv9' }, own)).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining('conv1, conv2, conv3, conv4'),
    })
  })

  test('nn4.small2 trains from scratch', async () => {
    const faces = await trainingPhotos(opened, people, nn4Small2(), {})
    const result = await shortRun(
      {
        network: 'nn4-small2',
        people: 4,
        photos: 3,
        epochs: 1,
        stepsPerEpoch: 3,
        keep: 'last',
        threads: 2,
      },
      opened,
      faces,
    )
    expect(result.card).toMatchObject({ dimensions: 128, alignment: 'openface-96' })
    expect(readInitializers(await readFile(result.file)).size).toBe(
      readInitializers(exportNetwork(nn4Small2(), readInitializers(await readFile(result.file))))
        .size,
    )
  })

  test.skipIf(lacks('chromium'))('the report is a page that a browser shows', async () => {
    const { report } = await shortRun({ epochs: 2, stepsPerEpoch: 5 })
    const browser = await chromium.launch(chromiumOptions)
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('console', (message) => problems.push(message.text()))
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) problems.push(request.url())
    })
    await page.goto(`file://${report}`)
    expect(await page.locator('svg').count()).toBe(6)
    for (const chart of await page.locator('svg').all()) {
      const box = (await chart.boundingBox())!
      expect(box.width).toBeGreaterThan(200)
      expect(await chart.locator('path, rect').count()).toBeGreaterThan(3)
    }
    expect(await page.locator('body').innerText()).toContain('Trained on')
    expect(problems).toEqual([])
  })

  test('reports unusable training data at once', async () => {
    const folder = await temporaryFolder()
    const out = join(folder, 'a.onnx')
    const home = testHome()
    await mkdir(join(folder, 'few', 'Ada'), { recursive: true })
    await copyFile(photos.faces[0]!.photo, join(folder, 'few', 'Ada', '1.pgm'))
    for (const [args, code] of [
      [[join(folder, 'few')], 'too-few-photos'],
      [[join(folder, 'nowhere')], 'photo-not-found'],
      [[people, '--freeze', 'conv1'], 'bad-argument'],
      [[people, '--loss', 'contrastive', '--mining', 'offline'], 'bad-argument'],
      [[people, '--name', 'a/b'], 'bad-name'],
      [[people, '--from', 'nobody'], 'model-unknown'],
      [[people, '--people', '1'], 'bad-argument'],
    ] as const) {
      const { code: status, stderr } = await agnize(['train', ...args, '--out', out], { home })
      expect(status, args.join(' ')).toBe(2)
      expect(stderr).toContain(`[${code}]`)
    }
    await expect(shortRun({ validation: ['nobody'] })).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining('"nobody"'),
    })
    expect(existsSync(out)).toBe(false)
  })

  async function shortRun(
    options: Partial<TrainOptions>,
    by: Agnize = opened,
    on: TrainingPhotos = photos,
  ): Promise<TrainResult> {
    const all = {
      people: 10,
      photos: 3,
      threads: 1,
      out: join(await temporaryFolder(), 'a.onnx'),
      ...options,
    }
    const settings = settingsFrom(all)
    return trainOn(on, await trainableFrom(by, settings), settings, all)
  }
})
