import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { peopleIn } from '../../dist/gallery/people-folder.js'
import { subjectName } from '../../dist/gallery/subject-name.js'
import { temporaryFolder } from '../fixtures.js'

test('names are trimmed and composed', () => {
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
  ['..', /folder/],
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
