import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fetchFaces, type Sources } from '../../scripts/fetch-faces.js'
import { temporaryFolder } from '../fixtures.js'

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')

/** Small archives of the sets' form, on a server of this machine. */
async function sources(): Promise<Sources & { requests: string[]; gone: Set<string> }> {
  const folder = await temporaryFolder()
  // Four folds of one genuine and one impostor pair, as LFW's pairs.txt has them.
  const people = ['Ann_A', 'Ben_B', 'Cid_C', 'Dee_D', 'Eve_E', 'Fay_F', 'Gus_G', 'Hal_H']
  for (const person of people) {
    await mkdir(join(folder, 'lfw', person), { recursive: true })
    for (const n of [1, 2]) {
      await writeFile(join(folder, 'lfw', person, `${person}_000${n}.jpg`), `${person} ${n}`)
    }
  }
  execFileSync('tar', ['czf', join(folder, 'lfw.tgz'), '-C', folder, 'lfw'])
  const pairs = ['4\t1']
  for (let fold = 0; fold < 4; fold++) {
    const [a, b] = [people[2 * fold]!, people[2 * fold + 1]!]
    pairs.push(`${a}\t1\t2`, `${a}\t2\t${b}\t1`)
  }
  await writeFile(join(folder, 'pairs.txt'), `${pairs.join('\n')}\n`)
  for (const subject of ['s1', 's2', 's31']) {
    await mkdir(join(folder, 'att_faces', subject), { recursive: true })
    await writeFile(join(folder, 'att_faces', subject, '1.pgm'), `pixels of ${subject}`)
  }
  execFileSync('python3', [
    '-c',
    `import shutil; shutil.make_archive(${JSON.stringify(join(folder, 'orl'))}, 'zip', ${JSON.stringify(folder)}, 'att_faces')`,
  ])
  const requests: string[] = []
  const gone = new Set<string>()
  const server = createServer(async (request, response) => {
    const name = request.url!.slice(1)
    requests.push(name)
    if (gone.has(name)) return response.writeHead(410).end()
    response.end(await readFile(join(folder, name)))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const pinned = async (name: string) => ({
    urls: [`${at}/${name}`],
    sha256: sha256(await readFile(join(folder, name))),
  })
  return {
    requests,
    gone,
    lfw: await pinned('lfw.tgz'),
    pairs: await pinned('pairs.txt'),
    orl: { urls: [`${at}/orl.zip`], sha256: null },
    orlList: sha256(`${sha256('pixels of s1')}  s1/1.pgm\n${sha256('pixels of s2')}  s2/1.pgm\n`),
    fivePeople: { Ann_A: [2], Gus_G: [1] },
  }
}

const quiet = () => {}

test('the sets are laid out as tests and benches read them, without those held back', async () => {
  const folder = await temporaryFolder()
  const from = await sources()
  await fetchFaces(folder, from, quiet)
  expect((await readdir(folder)).sort()).toEqual(['lfw', 'lfw-wild', 'orl', 'protocols'])
  expect(await readdir(join(folder, 'lfw'))).toEqual(['Ann_A', 'Gus_G'])
  expect(await readFile(join(folder, 'lfw/Ann_A/Ann_A_0002.jpg'), 'utf8')).toBe('Ann_A 2')
  // Folds 1 to 3 name the first six people.
  expect(await readdir(join(folder, 'lfw-wild'))).toEqual(['Gus_G', 'Hal_H'])
  expect(await readFile(join(folder, 'protocols/lfw-folds-4-10.csv'), 'utf8')).toBe(
    [
      'a,b,same,fold',
      'Gus_G/Gus_G_0001.jpg,Gus_G/Gus_G_0002.jpg,1,4',
      'Gus_G/Gus_G_0002.jpg,Hal_H/Hal_H_0001.jpg,0,4',
      '',
    ].join('\n'),
  )
  expect((await readdir(join(folder, 'orl'))).sort()).toEqual(['s1', 's2'])
})

test('what is there is not fetched again', async () => {
  const folder = await temporaryFolder()
  const from = await sources()
  await fetchFaces(folder, from, quiet)
  from.requests.length = 0
  await fetchFaces(folder, from, quiet)
  expect(from.requests).toEqual([])
})

test('another file than the pinned one is refused by its address, and leaves nothing', async () => {
  const folder = await temporaryFolder()
  const from = await sources()
  const changed = { ...from, lfw: { ...from.lfw, sha256: sha256('another') } }
  await expect(fetchFaces(folder, changed, quiet)).rejects.toThrow(/lfw\.tgz has changed: its SHA/)
  expect(await readdir(folder)).toEqual([])
})

test('other AT&T faces than those measured are refused', async () => {
  const folder = await temporaryFolder()
  const from = await sources()
  await expect(fetchFaces(folder, { ...from, orlList: sha256('others') }, quiet)).rejects.toThrow(
    /not those that were measured/,
  )
  expect((await readdir(folder)).sort()).toEqual(['lfw', 'lfw-wild', 'protocols'])
})

test('the next address is tried where one does not answer', async () => {
  const folder = await temporaryFolder()
  const from = await sources()
  from.gone.add('gone.zip')
  const [working] = from.orl.urls
  const orl = { ...from.orl, urls: [working!.replace('orl.zip', 'gone.zip'), working!] }
  const said: string[] = []
  await fetchFaces(folder, { ...from, orl }, (line) => said.push(line))
  expect(said.join('\n')).toMatch(/gone\.zip answers 410/)
  expect((await readdir(join(folder, 'orl'))).sort()).toEqual(['s1', 's2'])
})
