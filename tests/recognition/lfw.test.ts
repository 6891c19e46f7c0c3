import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cosine, type Face, openAgnize, peopleIn } from '../../dist/index.js'
import { facesFolder, testHome } from '../fixtures.js'
import { lacks } from '../requirements.js'

describe.skipIf(lacks('faces'))(
  `five people of LFW (skipped where ${facesFolder} is absent)`,
  () => {
    test('one photo a person identifies the other 45, none wrong, none unknown', async () => {
      await using agnize = await openAgnize({ home: testHome(), store: ':memory:' })
      const photos = await peopleIn(join(facesFolder, 'lfw'))
      const first = photos.filter(
        ({ name }, i) => photos.findIndex((other) => other.name === name) === i,
      )
      for await (const each of agnize.enrollEach(first)) expect(each).toHaveProperty('result')
      const rest = photos.filter((photo) => !first.includes(photo))
      expect(rest).toHaveLength(45)
      let next = 0
      for await (const each of agnize.identifyEach(rest.map(({ photo }) => photo))) {
        const { name } = rest[next++]!
        if ('error' in each) throw each.error
        expect(each.result.faces[0]).toMatchObject({ answer: 'match', subject: { name } })
        // Faces in the background match nobody.
        expect(each.result.faces.slice(1).filter(({ answer }) => answer === 'match')).toEqual([])
      }
    })

    test('all faces are found, and over all pairs the balanced accuracy at the default threshold is at least 99.7 %', async () => {
      await using agnize = await openAgnize({ home: testHome() })
      const photos = await peopleIn(join(facesFolder, 'lfw'))
      const faces: Face[] = []
      for await (const each of agnize.analyzeEach(photos.map(({ photo }) => photo))) {
        if ('error' in each) throw each.error
        expect(each.result.faces.length).toBeGreaterThan(0)
        faces.push(each.result.faces[0]!)
      }
      const counts = { genuine: 0, accepted: 0, impostor: 0, rejected: 0 }
      const { threshold } = await agnize.verify(photos[0]!.photo, photos[1]!.photo)
      faces.forEach((a, i) => {
        faces.slice(0, i).forEach((b, k) => {
          const value = cosine(a.embedding, b.embedding)
          if (photos[i]!.name === photos[k]!.name) {
            counts.genuine++
            if (value >= threshold.value) counts.accepted++
          } else {
            counts.impostor++
            if (value < threshold.value) counts.rejected++
          }
        })
      })
      expect([counts.genuine, counts.impostor]).toEqual([225, 1000])
      expect((counts.accepted / 225 + counts.rejected / 1000) / 2).toBeGreaterThanOrEqual(0.997)
    })
  },
)
