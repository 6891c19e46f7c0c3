import sharp from 'sharp'
import { expect, test } from 'vitest'
import { ageGenderNetwork, ageGenderReference, ageGenderSide } from '../../bench/age-gender.js'
import { toTensor } from '../../dist/image/tensor.js'
import { openSession } from '../../dist/models/runtime.node.js'
import { annaPhoto, sample } from '../fixtures.js'

test("face-api's age-and-gender network as ONNX agrees with its own JavaScript", async () => {
  const network = await openSession(await ageGenderNetwork(), [1, 3, ageGenderSide, ageGenderSide])
  const reference = await ageGenderReference()
  const answers: unknown[] = []
  for (const photo of [await annaPhoto(), sample(2), sample(3)]) {
    const { data } = await sharp(photo)
      .resize(ageGenderSide, ageGenderSide, { fit: 'fill' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const face = { width: ageGenderSide, height: ageGenderSide, data: new Uint8Array(data) }
    const input = toTensor(face, { channels: 'rgb', mean: 0, scale: 1 })
    const { age, gender } = await network.run(input)
    const expected = await reference(face)
    expect(Math.abs(age![0]! - expected.age)).toBeLessThan(1e-4 * expected.age)
    expect(Math.abs(gender![0]! - expected.male)).toBeLessThan(1e-4)
    answers.push(expected.age)
  }
  expect(new Set(answers).size).toBe(answers.length)
})
