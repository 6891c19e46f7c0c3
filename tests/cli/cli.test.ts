import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { agnize, homeWithModels, sample, temporaryFolder, testHome } from '../fixtures.js'

const her = ['--at', '1560,320']

/** A home with the woman of sample 1 enrolled. */
async function homeWithHer(): Promise<string> {
  const home = await homeWithModels()
  expect(await agnize(['enroll', 'Her', sample(1), ...her], { home })).toMatchObject({
    code: 0,
    stderr: '',
  })
  return home
}

/** A photo without faces. */
async function emptyRoom(): Promise<Buffer> {
  return sharp({ create: { width: 320, height: 240, channels: 3, background: '#a08060' } })
    .jpeg()
    .toBuffer()
}

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('recognizing', () => {
  test('enrolls a person and finds them among strangers in another photo', async () => {
    const home = await homeWithHer()
    const run = await agnize(['identify', sample(3)], { home })
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/1\s+Her\s+0\.\d+\s+0\.\d{3}/)
    expect(run.stdout.match(/unknown\s.*below threshold/g)).toHaveLength(2)
    expect((await agnize(['identify', sample(5)], { home })).code).toBe(1)
  })

  test('prints a JSON line per photo, in order, with the documented fields', async () => {
    const home = await homeWithHer()
    const run = await agnize(
      [
        'identify',
        sample(3),
        'nowhere.jpg',
        sample(2),
        '--json',
        '--candidates',
        '3',
        '--embedding',
      ],
      { home },
    )
    expect(run.code).toBe(2)
    const [found, error, strangers] = lines(run.stdout)
    expect(Object.keys(found)).toEqual([
      'schema_version',
      'photo',
      'width',
      'height',
      'faces',
      'faces_left_out',
      'ms',
    ])
    expect(found).toMatchObject({ schema_version: 2, photo: sample(3), width: 1920, height: 1350 })
    expect(Object.keys(found.faces[0])).toEqual(
      'box detection_score landmarks pose quality answer reason subject similarity distance probability threshold runner_up margin corrections candidates embedding model'.split(
        ' ',
      ),
    )
    expect(found.faces[0]).toMatchObject({
      answer: 'match',
      reason: null,
      subject: { name: 'Her' },
      threshold: { fmr: 0.001, source: expect.stringContaining('impostor pairs') },
      candidates: [{ subject: { name: 'Her' }, photo: 'sample1.jpg' }],
    })
    expect(found.faces[0].landmarks).toHaveLength(5)
    expect(found.faces[0].embedding).toHaveLength(512)
    expect(found.faces[0].distance).toBeCloseTo(Math.sqrt(2 - 2 * found.faces[0].similarity), 4)
    expect(found.faces[1]).toMatchObject({
      answer: 'unknown',
      reason: 'below_threshold',
      subject: null,
    })
    expect(error).toEqual({
      schema_version: 2,
      photo: 'nowhere.jpg',
      error: { code: 'photo-not-found', message: expect.any(String) },
    })
    expect(strangers.photo).toBe(sample(2))
  })

  test('detect prints the same shape without answers', async () => {
    const home = await homeWithModels()
    const run = await agnize(['detect', sample(4), '--json'], { home })
    const [photo] = lines(run.stdout)
    expect(photo.faces).toHaveLength(4)
    expect(photo.faces[0]).toMatchObject({
      answer: null,
      subject: null,
      threshold: null,
      candidates: [],
    })
    expect(photo.faces[0].quality).toMatchObject({
      score: expect.any(Number),
      reasons: expect.any(Array),
    })
    expect(photo.faces[0]).not.toHaveProperty('embedding')
    expect(existsSync(join(home, 'gallery.sqlite'))).toBe(false)
  })

  test('folders, globs and standard input', async () => {
    const home = await homeWithHer()
    const folder = await temporaryFolder()
    for (const n of [1, 3] as const) await copyFile(sample(n), join(folder, `${n}.jpg`))
    writeFileSync(join(folder, 'notes.txt'), 'not a photo')
    await mkdir(join(folder, 'deeper'))
    await copyFile(sample(5), join(folder, 'deeper', '5.jpg'))
    expect(lines((await agnize(['identify', folder, '--json'], { home })).stdout)).toHaveLength(3)
    expect(
      lines((await agnize(['identify', `${folder}/*.jpg`, '--json'], { home })).stdout),
    ).toHaveLength(2)
    const piped = await agnize(['identify', '-', '--json'], {
      home,
      stdin: readFileSync(sample(3)),
    })
    expect(lines(piped.stdout)).toMatchObject([
      { photo: '-', faces: [{ subject: { name: 'Her' } }, {}, {}] },
    ])
    expect(await agnize(['identify', `${folder}/*.gif`], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[photo-not-found]'),
    })
  })

  test('processes folders, and reports and skips what cannot be read', async () => {
    const home = await homeWithHer()
    const folder = await temporaryFolder()
    await copyFile(sample(3), join(folder, '3.jpg'))
    await copyFile(sample(5), join(folder, '5.jfif'))
    await symlink(folder, join(folder, 'round'))
    await mkdir(join(folder, 'lost+found'), { mode: 0o700 })
    // Root can read everything, so as root the test runs the command as `nobody`, with links to the models in a new home.
    const uid = process.getuid?.() === 0 ? 65534 : undefined
    if (uid === undefined) await chmod(join(folder, 'lost+found'), 0o000)
    await chmod(folder, 0o755)
    const own = uid === undefined ? home : await temporaryFolder()
    if (uid !== undefined) {
      await symlink(join(testHome(), 'models'), join(own, 'models'))
      await chmod(own, 0o777)
    }
    const run = await agnize(['detect', folder, folder, '--json'], {
      home: own,
      ...(uid !== undefined && { uid }),
    })
    await chmod(join(folder, 'lost+found'), 0o700)
    expect(run).toMatchObject({ code: 0 })
    expect(lines(run.stdout).map(({ photo }) => photo)).toEqual([
      join(folder, '3.jpg'),
      join(folder, '5.jfif'),
    ])
    expect(run.stderr).toContain(`1 entry without read permission (${join(folder, 'lost+found')})`)
    expect(run.stderr).toMatch(/duplicates? under (an)?other name/)
  })

  test('--all prints the distance to everybody, --candidates the nearest', async () => {
    const home = await homeWithHer()
    await agnize(['enroll', 'Another', sample(3), '--at', '690,450'], { home })
    const all = await agnize(['identify', sample(1), '--all'], { home })
    expect(all.stdout.match(/^ {2}Another/gm)).toHaveLength(3)
    expect(all.stdout.match(/^ {2}Her/gm)).toHaveLength(3)
    const one = await agnize(['identify', sample(1), '--candidates', '1'], { home })
    expect(one.stdout.match(/^ {2}(Her|Another)/gm)).toHaveLength(3)
  })

  test('annotated pictures', async () => {
    const home = await homeWithHer()
    const folder = await temporaryFolder()
    const out = join(folder, 'marked.png')
    expect(await agnize(['identify', sample(3), '--annotate', out], { home })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(out),
    })
    expect(await sharp(out).metadata()).toMatchObject({ format: 'png', width: 1920, height: 1350 })
    // The label above her box is green, and the rest of the image is unchanged.
    const plate = await sharp(out)
      .extract({ left: 1082, top: 165, width: 4, height: 4 })
      .raw()
      .toBuffer()
    expect(Array.from(plate.subarray(0, 3))).toEqual([0x0b, 0x7a, 0x4b])
    expect(
      (await agnize(['detect', sample(1), sample(2), '--annotate', join(folder, 'all')], { home }))
        .code,
    ).toBe(0)
    expect(readdirSync(join(folder, 'all'))).toEqual(['sample1.jpg', 'sample2.jpg'])
    const copy = join(folder, 'own.jpg')
    await copyFile(sample(1), copy)
    expect(await agnize(['detect', copy, '--annotate', copy], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('overwrite'),
    })
    expect(readFileSync(copy)).toEqual(readFileSync(sample(1)))
    expect(
      await agnize(['detect', sample(1), sample(2), '--annotate', out], { home }),
    ).toMatchObject({ code: 2, stderr: expect.stringContaining('give a folder') })
  })

  test('verify: 0 same, 1 different, 2 error', async () => {
    const home = await homeWithModels()
    const crop = join(home, 'her.png')
    await sharp(sample(3)).extract({ left: 980, top: 100, width: 420, height: 520 }).toFile(crop)
    expect(await agnize(['verify', crop, sample(1)], { home })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^same person {2}similarity 0\.\d+, threshold 0\.\d{3}/),
    })
    expect(await agnize(['verify', crop, sample(5)], { home })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^different people/),
    })
    expect(
      await agnize(['verify', crop, sample(1), '--threshold', '0.99'], { home }),
    ).toMatchObject({ code: 1 })
    const run = await agnize(['verify', crop, sample(1), '--json', '--fmr', '1e-4'], { home })
    const [json] = lines(run.stdout)
    expect(json).toMatchObject({
      schema_version: 2,
      match: true,
      threshold: { fmr: 1e-4 },
      faces: [{ photo: crop }, { photo: sample(1) }],
    })
    const rare = await agnize(['verify', crop, sample(1), '--fmr', '1e-9'], { home })
    expect(rare.stderr).toMatch(/^note The threshold .* it is extrapolated/)
    const measured = await agnize(['verify', crop, sample(1), '--fmr', '1e-4'], { home })
    expect(measured.stderr).toBe('')
    writeFileSync(join(home, 'room.jpg'), await emptyRoom())
    expect(await agnize(['verify', crop, join(home, 'room.jpg')], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/No face was found in .*room\.jpg.*\[no-face\]\n$/),
    })
  })
})

describe('enrolling', () => {
  test('enrolls a folder of people, and refuses bad photos by name', async () => {
    const home = await homeWithModels()
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'Her'))
    await sharp(sample(3))
      .extract({ left: 980, top: 100, width: 420, height: 520 })
      .toFile(join(folder, 'Her', '1.jpg'))
    await sharp(sample(3))
      .extract({ left: 980, top: 100, width: 420, height: 520 })
      .flop()
      .toFile(join(folder, 'Her', '2.jpg'))
    await sharp(sample(3))
      .extract({ left: 500, top: 250, width: 400, height: 450 })
      .toFile(join(folder, 'Blonde.jpg'))
    await copyFile(sample(5), join(folder, 'Group.jpg'))
    writeFileSync(join(folder, 'Room.jpg'), await emptyRoom())
    writeFileSync(join(folder, 'Broken.jpg'), 'no picture')
    const run = await agnize(['enroll', '--folder', folder], { home })
    expect(run.code).toBe(2)
    expect(run.stdout).toBe('enrolled 3 photos of 2 people, 3 photos refused.\n')
    expect(run.stderr).toMatch(/Group\.jpg: refused 5 faces were found.*\[several-faces\]/)
    expect(run.stderr).toMatch(/Room\.jpg: refused No face was found.*\[no-face\]/)
    expect(run.stderr).toMatch(/Broken\.jpg: refused .*\[not-an-image\]/)
    expect((await agnize(['enroll', '--folder', folder], { home })).stdout).toBe(
      'enrolled 0 photos of 2 people, 3 photos already known, 3 photos refused.\n',
    )
    const list = lines((await agnize(['people', 'list', '--json'], { home })).stdout)
    expect(list.map(({ name, templates }) => [name, templates])).toEqual([
      ['Blonde', 1],
      ['Her', 2],
    ])
  })

  test('warns about poor photos, and refuses them with --strict', async () => {
    const home = await homeWithModels()
    const poor = join(home, 'poor.png')
    await sharp(sample(3))
      .extract({ left: 980, top: 100, width: 420, height: 520 })
      .resize(38)
      .toFile(poor)
    expect(await agnize(['enroll', 'Her', poor, '--strict'], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[poor-quality]'),
    })
    expect(await agnize(['enroll', 'Her', poor], { home })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/poor the face is .*enroll a better photo/),
    })
  })

  test('refuses the same face under another name', async () => {
    const home = await homeWithHer()
    expect(await agnize(['enroll', 'Somebody', sample(1), ...her], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/already enrolled as "Her".*\[already-enrolled\]/),
    })
    expect(lines((await agnize(['people', 'list', '--json'], { home })).stdout)).toHaveLength(1)
  })

  test('people: show, rename, merge, remove', async () => {
    const home = await homeWithHer()
    await agnize(['enroll', 'Other', sample(3), '--at', '1190,350'], { home })
    expect(await agnize(['people', 'show', 'Her'], { home })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('sample1.jpg'),
    })
    expect(await agnize(['people', 'rename', 'Other', 'Her'], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[subject-exists]'),
    })
    expect(await agnize(['people', 'merge', 'Other', 'Her'], { home })).toMatchObject({
      code: 0,
      stdout: 'merged Other into Her, who has 2 photos now.\n',
    })
    expect(await agnize(['people', 'rename', 'Her', 'Hún'], { home })).toMatchObject({ code: 0 })
    expect(await agnize(['identify', sample(3)], { home })).toMatchObject({
      stdout: expect.stringContaining('Hún'),
    })
    expect(await agnize(['people', 'remove', 'Hún'], { home })).toMatchObject({
      code: 0,
      stdout: 'removed Hún with 2 photos.\n',
    })
    expect(await agnize(['identify', sample(3)], { home })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('empty gallery'),
    })
    expect(await agnize(['people', 'remove', 'Hún'], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[unknown-subject]'),
    })
  })

  test('keeps galleries separate', async () => {
    const home = await homeWithHer()
    expect(await agnize(['identify', sample(3), '--gallery', 'work'], { home })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('empty gallery'),
    })
  })

  test('keeps finished changes, and no partial ones, after Ctrl-C', async () => {
    const home = await homeWithModels()
    const folder = await temporaryFolder()
    const face = await sharp(sample(3))
      .extract({ left: 980, top: 100, width: 420, height: 520 })
      .png()
      .toBuffer()
    for (let i = 0; i < 60; i++)
      await sharp(face)
        .modulate({ brightness: 0.7 + i / 100 })
        .jpeg()
        .toFile(join(folder, `P${i}.jpg`))
    const child = spawn(
      process.execPath,
      [resolve('dist/cli/main.js'), 'enroll', '--folder', folder, '--json'],
      { env: { ...process.env, AGNIZE_HOME: home } },
    )
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.stdout.once('data', () => child.kill('SIGINT'))
    const [code] = await once(child, 'exit')
    expect(code).toBe(130)
    expect(stderr).toContain('The operation was stopped before it finished.')
    const list = lines((await agnize(['people', 'list', '--json'], { home })).stdout)
    expect(list.length).toBeGreaterThan(0)
    expect(list.length).toBeLessThan(60)
    expect(list.every(({ templates }) => templates === 1)).toBe(true)
    expect((await agnize(['doctor'], { home })).code).toBe(0)
  })
})

describe('bad input: one sentence with its code, exit 2, nothing written', () => {
  const bombs: [string, () => Promise<Buffer | string>, string][] = [
    ['text named .jpg', async () => 'hello', 'not-an-image'],
    ['a PDF named .jpg', async () => '%PDF-1.4 ...', 'not-an-image'],
    ['zero bytes', async () => '', 'not-an-image'],
    ['half a JPEG', async () => readFileSync(sample(1)).subarray(0, 100_000), 'image-damaged'],
    ['a 50,000 × 50,000 PNG', async () => hugePng(), 'image-too-large'],
  ]
  test.each(bombs)('%s', async (_what, make, code) => {
    const home = await homeWithModels()
    const photo = join(home, 'photo.jpg')
    writeFileSync(photo, await make())
    for (const args of [
      ['identify', photo],
      ['enroll', 'X', photo],
      ['detect', photo],
      ['verify', photo, sample(1)],
    ]) {
      const run = await agnize(args, { home })
      expect(run.code).toBe(2)
      expect(run.stderr).toContain(`[${code}]`)
      expect(run.stderr).not.toMatch(/^\s+at /m)
    }
    expect((await agnize(['people', 'list'], { home })).stderr).toContain('The gallery is empty')
  })

  test('reports a folder in place of a photo, and a missing file', async () => {
    const home = await homeWithModels()
    expect(await agnize(['verify', sample(1), home], { home })).toMatchObject({ code: 2 })
    expect(await agnize(['enroll', 'X', 'nowhere.jpg'], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[photo-not-found]'),
    })
    expect(await agnize(['enroll', '--folder', 'nowhere'], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[photo-not-found]'),
    })
  })

  test('reads the first frame of an animated GIF', async () => {
    const home = await homeWithModels()
    const frames = [sample(1), sample(2)].map((photo) =>
      sharp(photo).resize(480, 320, { fit: 'fill' }).png().toBuffer(),
    )
    const gif = join(home, 'two.gif')
    await sharp(await Promise.all(frames), { join: { animated: true } })
      .gif()
      .toFile(gif)
    const [photo] = lines((await agnize(['detect', gif, '--json'], { home })).stdout)
    expect(photo).toMatchObject({ width: 480, height: 320 })
    expect(photo.faces).toHaveLength(3)
  })

  test.each([
    ['x'.repeat(10_000)],
    ['two\nlines'],
    ['../../x'],
    [' '],
  ])('the name %#', async (name) => {
    const home = await homeWithModels()
    expect(await agnize(['enroll', name, sample(1), ...her], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/\[bad-name\]\n$/),
    })
    expect((await agnize(['people', 'list', '--json'], { home })).stdout).toBe('')
  })

  test('reports a file that is no gallery, and a newer gallery', async () => {
    const home = await homeWithModels()
    writeFileSync(join(home, 'gallery.sqlite'), 'a letter to my aunt '.repeat(100))
    for (const args of [
      ['identify', sample(1)],
      ['people', 'list'],
      ['enroll', 'X', sample(1), ...her],
    ]) {
      expect(await agnize(args, { home })).toMatchObject({
        code: 2,
        stdout: expect.not.stringContaining('Her'),
        stderr: expect.stringMatching(/is not a gallery.*\[gallery-damaged\]\n$/),
      })
    }
    expect(await agnize(['doctor'], { home })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/wrong\s+gallery/),
    })
    expect(readFileSync(join(home, 'gallery.sqlite'), 'utf8')).toContain('aunt')
  })

  test('reports a read-only home', async () => {
    const home = await temporaryFolder()
    await symlink(join(testHome(), 'models'), join(home, 'models'))
    await chmod(home, 0o555)
    // Root can write anywhere, so as root the test runs the command as `nobody`, in a folder that `nobody` can read.
    const uid = process.getuid?.() === 0 ? 65534 : undefined
    const run = await agnize(['enroll', 'X', sample(1), ...her], { home, ...(uid && { uid }) })
    chmodSync(home, 0o755)
    expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/\[read-only\]\n$/) })
    expect(readdirSync(home)).toEqual(['models'])
  })

  test('reports invalid options', async () => {
    const home = await temporaryFolder()
    for (const args of [
      ['identify'],
      ['identify', 'a.jpg', '--fpir', '2'],
      ['identify', 'a.jpg', '--fpir', '1e-3', '--threshold', '0.5'],
      ['identify', 'a.jpg', '--fusion', 'sum'],
      ['identify', 'a.jpg', '--detail', 'most'],
      ['enroll', 'X'],
      ['enroll', 'X', 'a.jpg', '--folder', 'b'],
      ['enroll', 'X', 'a.jpg', '--at', '3'],
      ['frobnicate'],
      ['models', 'add', 'x'],
      ['detect', 'a.jpg', '--threads', '-1'],
      ['detect', 'a.jpg', '--model', 'nonesuch'],
    ]) {
      const run = await agnize(args, { home })
      expect(run.code, args.join(' ')).toBe(2)
      expect(run.stderr).toMatch(/error/)
      expect(run.stderr).not.toMatch(/^\s+at /m)
    }
    expect(readdirSync(home)).toEqual([])
  })

  test('limits are settable', async () => {
    const home = await homeWithModels()
    expect(await agnize(['detect', sample(1), '--max-megapixels', '1'], { home })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[image-too-large]'),
    })
  })
})

describe('manners', () => {
  test('help with examples on every command', async () => {
    const home = await temporaryFolder()
    const { stdout: help } = await agnize(['--help'], { home })
    const listed = [...help.split('\nCommands:\n')[1]!.matchAll(/^ {2}([a-z]+)/gm)]
    const names = listed.map(([, name]) => name!).filter((name) => name !== 'help')
    expect(names.length).toBeGreaterThan(20)
    const page = readFileSync('docs/command.md', 'utf8')
    for (const name of names) expect(page).toContain(`agnize ${name}`)
    const commands = [
      ...names.map((name) => [name]),
      ...['list', 'show', 'rename', 'remove', 'remove-photo', 'merge', 'different'].map((c) => [
        'people',
        c,
      ]),
      ...['list', 'pull', 'add', 'remove', 'verify'].map((c) => ['models', c]),
      ...['list', 'create', 'delete'].map((c) => ['gallery', c]),
    ]
    const runs = await Promise.all(
      commands.map((command) => agnize([...command, '--help'], { home })),
    )
    runs.forEach((run, i) => {
      expect(run.code, commands[i]!.join(' ')).toBe(0)
      expect(run.stdout).toMatch(/Examples?:\n {2}\$ agnize /)
    })
  })

  test('records the deletion of a gallery where there was no default one', async () => {
    const home = await temporaryFolder()
    const ofStaff = (...line: string[]) =>
      agnize(['gallery', ...line, '--gallery', 'staff'], { home })
    await ofStaff('create', 'visitors')
    await ofStaff('delete', 'visitors', '--confirm', 'visitors')
    const log = lines((await agnize(['audit', 'list', '--json'], { home })).stdout)
    expect(log.at(-1)).toMatchObject({
      action: 'gallery-delete',
      details: { gallery: 'visitors' },
    })
  })

  test('creates and deletes galleries, and deletes one photo of a person', async () => {
    const home = await homeWithHer()
    expect((await agnize(['gallery', 'create', 'visitors'], { home })).code).toBe(0)
    const again = await agnize(['gallery', 'create', 'visitors'], { home })
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/gallery-exists/)])
    const unsure = await agnize(['gallery', 'delete', 'visitors'], { home })
    expect([unsure.code, unsure.stderr]).toEqual([2, expect.stringMatching(/--confirm visitors/)])
    await agnize(['gallery', 'delete', 'visitors', '--confirm', 'visitors'], { home })
    const gone = await agnize(['gallery', 'delete', 'visitors', '--confirm', 'visitors'], { home })
    expect(gone.stderr).toMatch(/unknown-gallery/)
    const log = lines((await agnize(['audit', 'list', '--json'], { home })).stdout)
    expect(log.at(-1)).toMatchObject({
      action: 'gallery-delete',
      details: { gallery: 'visitors', entries: 0 },
    })
    const trail = await agnize(['gallery', 'delete', 'default'], { home })
    expect(trail.stderr).toContain('and the audit log of the accounts')
    const [{ name }] = lines((await agnize(['people', 'list', '--json'], { home })).stdout)
    const [{ template_id }] = lines(
      (await agnize(['people', 'show', name, '--json'], { home })).stdout,
    )
    expect((await agnize(['people', 'remove-photo', template_id], { home })).code).toBe(0)
    const [{ templates }] = lines((await agnize(['people', 'list', '--json'], { home })).stdout)
    expect(templates).toBe(0)
    const nothing = await agnize(['people', 'remove-photo', template_id], { home })
    expect(nothing.stderr).toMatch(/unknown-face/)
  })

  test('color only in a terminal, and never with NO_COLOR', async () => {
    const home = await homeWithHer()
    const escapeCharacter = String.fromCharCode(27)
    for (const env of [{ NO_COLOR: '' }, { NO_COLOR: '1' }, { NO_COLOR: '', CI: 'true' }]) {
      const run = await agnize(['identify', sample(3)], { home, env })
      expect(run.stdout + run.stderr).not.toContain(escapeCharacter)
    }
    mkdirSync(join(home, 'tty'))
    const inTerminal = (noColor: string) =>
      new Promise<string>((done) => {
        const command = `${process.execPath} ${resolve('dist/cli/main.js')} identify ${sample(3)}`
        const child = spawn('script', ['-qec', command, '/dev/null'], {
          env: { ...process.env, AGNIZE_HOME: home, NO_COLOR: noColor, TERM: 'xterm' },
        })
        let out = ''
        child.stdout.on('data', (chunk) => (out += chunk))
        child.on('exit', () => done(out))
      })
    expect(await inTerminal('')).toContain(escapeCharacter)
    expect(await inTerminal('1')).not.toContain(escapeCharacter)
  })

  test('a closed pipe is no error', async () => {
    const home = await homeWithModels()
    const child = spawn(
      'sh',
      [
        '-c',
        `${process.execPath} ${resolve('dist/cli/main.js')} detect ${Array(6).fill(sample(1)).join(' ')} --json | head -c 10`,
      ],
      { env: { ...process.env, AGNIZE_HOME: home } },
    )
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += chunk))
    await once(child, 'exit')
    expect(stderr).toBe('')
  })

  test('doctor checks an intact home and a fresh one', async () => {
    const home = await homeWithHer()
    const run = await agnize(['doctor', '--json'], { home })
    expect(run.code).toBe(0)
    const [{ checks }] = lines(run.stdout)
    expect(checks.every(({ ok }: { ok: boolean }) => ok)).toBe(true)
    const detail = (name: string) =>
      checks.find((check: { name: string }) => check.name === name).detail
    expect(detail('gallery')).toContain('1 person, 1 photo')
    expect(detail('decides')).toContain('thresholds on the card of fr_feature')
  })
})

/** A PNG whose header says 50,000 × 50,000. */
async function hugePng(): Promise<Buffer> {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
    .png()
    .toBuffer()
  png.writeUInt32BE(50_000, 16)
  png.writeUInt32BE(50_000, 20)
  const { crc32 } = await import('node:zlib')
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  return png
}
