import { execFileSync } from 'node:child_process'
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import {
  peopleIn,
  photosIn,
  type SkippedFile,
  skippedInWords,
} from '../../dist/gallery/people-folder.js'
import { subjectName } from '../../dist/gallery/subject-name.js'
import { readPhoto } from '../../dist/image/photo.js'
import { defaultImageLimits } from '../../dist/image/rgb-image.js'
import { temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'

test('names are trimmed and normalized', () => {
  expect(subjectName('  Sku\u0301li ')).toBe('Sk\u00fali')
  expect(subjectName('山田 太郎')).toBe('山田 太郎')
  expect(subjectName("O'Brien-Łoś")).toBe("O'Brien-Łoś")
})

test.each([
  ['', /empty/],
  ['   ', /empty/],
  ['x'.repeat(10_000), /10000 characters and the limit is 200/],
  ['two\nlines', /line break/],
  ['nul\0byte', /control/],
  ['../../etc/passwd', /slash/],
  ['a\\b', /slash/],
  ['..', /paths/],
])('the name %j is refused', (name, message) => {
  expect(() => subjectName(name)).toThrowError(
    expect.objectContaining({ code: 'bad-name', message: expect.stringMatching(message) }),
  )
})

test('a folder of people: files and sub-folders', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'Anna'))
  for (const file of [
    'skuli.jpg',
    'notes.txt',
    '.hidden.jpg',
    'Anna/2.png',
    'Anna/10.PNG',
    'Anna/readme.md',
  ]) {
    await writeFile(join(folder, file), '')
  }
  expect(
    (await peopleIn(folder)).map(({ name, photo }) => [name, photo.slice(folder.length + 1)]),
  ).toEqual([
    ['Anna', 'Anna/2.png'],
    ['Anna', 'Anna/10.PNG'],
    ['skuli', 'skuli.jpg'],
  ])
  await expect(peopleIn(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'photo-not-found' })
  await mkdir(join(folder, 'Anna', 'empty'))
  await expect(peopleIn(join(folder, 'Anna', 'empty'))).rejects.toMatchObject({
    code: 'photo-not-found',
  })
})

test('links to folders of people are followed', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'elsewhere', 'Ada'), { recursive: true })
  await writeFile(join(folder, 'elsewhere', 'Ada', '1.jpg'), '')
  await mkdir(join(folder, 'people'))
  await symlink(join(folder, 'elsewhere', 'Ada'), join(folder, 'people', 'Ada'))
  await symlink(join(folder, 'nowhere'), join(folder, 'people', 'Bob'))
  expect(await peopleIn(join(folder, 'people'))).toEqual([
    { name: 'Ada', photo: join(folder, 'people', 'Ada', '1.jpg') },
  ])
})

/** Photos that are found and files that are skipped, by names in the folder. */
async function read(folder: string, deep = true) {
  const skipped: string[] = []
  const onSkipped = ({ path, reason }: { path: string; reason: string }) =>
    skipped.push(`${reason}: ${relative(folder, path)}`)
  const photos = await photosIn(folder, deep, { onSkipped })
  return { photos: photos.map((path) => relative(folder, path)), skipped: skipped.sort() }
}

test('reads each photo once, whatever links lead to it, and follows no cycle', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'deeper'))
  await writeFile(join(folder, 'deeper', 'one.jpg'), '')
  await link(join(folder, 'deeper', 'one.jpg'), join(folder, 'hard.jpg'))
  await symlink(join(folder, 'deeper', 'one.jpg'), join(folder, 'soft.jpg'))
  await symlink(folder, join(folder, 'deeper', 'up'))
  await symlink(join(folder, 'deeper'), join(folder, 'same'))
  await symlink(join(folder, 'nowhere'), join(folder, 'dead.jpg'))
  expect(await read(folder)).toEqual({
    photos: ['hard.jpg'],
    skipped: [
      'dead-link: dead.jpg',
      'same-file: deeper/one.jpg',
      'same-file: deeper/up',
      'same-file: same',
      'same-file: soft.jpg',
    ],
  })
})

test('recognizes photos by their extension, and counts the rest', async () => {
  const folder = await temporaryFolder()
  const photos = ['a.jfif', 'b.JPE', 'c.heif', 'd.bmp', 'e.HEIC']
  for (const name of [...photos, 'notes.txt', '.hidden.jpg']) {
    await writeFile(join(folder, name), '')
  }
  expect(await read(folder)).toEqual({
    photos,
    skipped: ['hidden: .hidden.jpg', 'not-a-photo: notes.txt'],
  })
  await mkdir(join(folder, 'Ada', 'older'), { recursive: true })
  await writeFile(join(folder, 'Ada', '1.jpg'), '')
  const skipped: SkippedFile[] = []
  await peopleIn(folder, { onSkipped: (file) => skipped.push(file) })
  expect(skippedInWords(skipped, true)).toBe(
    `Left out 3 entries of folders: 1 file without the name of a photo, 1 hidden, 1 folder in a person’s folder (${join(folder, 'Ada', 'older')}).`,
  )
  expect(skippedInWords([], true)).toBeNull()
})

test.skipIf(lacks('posix'))('skips pipes and names that are not UTF-8', async () => {
  const folder = await temporaryFolder()
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
  await symlink('/dev/zero', join(folder, 'zero.jpg'))
  await writeFile(join(folder, 'photo.jpg'), '')
  const latin1 = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.jpg')])
  // Some file systems do not allow such a name.
  const takesAnyName = await writeFile(latin1, '').then(
    () => true,
    () => false,
  )
  expect(await read(folder)).toEqual({
    photos: ['photo.jpg'],
    skipped: [
      ...(takesAnyName ? ['name-not-utf8: caf\ufffd.jpg'] : []),
      'no-file: pipe.jpg',
      'no-file: zero.jpg',
    ],
  })
  const limits = { ...defaultImageLimits, maxBytes: 1e6, maxPixels: 1e6 }
  await expect(readPhoto(join(folder, 'pipe.jpg'), limits)).rejects.toMatchObject({
    code: 'not-an-image',
    message: expect.stringMatching(/pipe or a device/),
  })
  await expect(readPhoto(join(folder, 'caf\ufffd.jpg'), limits)).rejects.toMatchObject({
    code: 'photo-not-found',
    message: expect.stringMatching(/UTF-8: rename/),
  })
})
