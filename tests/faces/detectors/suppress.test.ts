import { expect, test } from 'vitest'
import { suppress } from '../../../dist/faces/detectors/suppress.js'

const face = { box: { x: 0, y: 0, width: 100, height: 120 }, score: 0.8 }
const lens = (x: number) => ({ box: { x, y: 30, width: 40, height: 35 }, score: 0.99 })

test('lenses in a face are dropped, although they score better', () => {
  expect(suppress([lens(5), lens(55), face])).toEqual([face])
})

test('a box around a group does not replace its people', () => {
  const people = [0, 1, 2, 3].map((i) => ({
    box: { x: 60 * i, y: 0, width: 50, height: 60 },
    score: 0.9,
  }))
  const group = { box: { x: 0, y: 0, width: 240, height: 200 }, score: 0.75 }
  expect(suppress([...people, group])).toEqual(expect.arrayContaining(people))
})

test('of two boxes of one face the better is kept', () => {
  const again = { ...face, box: { ...face.box, x: 8 }, score: 0.7 }
  expect(suppress([again, face])).toEqual([face])
})
