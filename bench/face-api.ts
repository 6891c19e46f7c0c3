import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import sharp from 'sharp'

const require = createRequire(import.meta.url)

/** Detector of face-api: its default, or the one that works best on small photos of one person. */
export type FaceApiSetting = 'ssd' | 'tiny'

/**
 * @vladmandic/face-api on its WASM backend, under fair conditions: photos decoded by sharp, one warm-up, the largest face, and
 * descriptors with dlib's alignment, without which they lose accuracy.
 */
export async function openFaceApi() {
  const tf = require('@tensorflow/tfjs')
  const wasm = require('@tensorflow/tfjs-backend-wasm')
  const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  wasm.setWasmPaths(`${join(folder, 'dist')}/`)
  await tf.setBackend('wasm')
  await tf.ready()
  const root = dirname(require.resolve('@vladmandic/face-api/package.json'))
  const faceapi = require(join(root, 'dist/face-api.node-wasm.js'))
  const models = join(root, 'model')
  await faceapi.nets.ssdMobilenetv1.loadFromDisk(models)
  await faceapi.nets.tinyFaceDetector.loadFromDisk(models)
  await faceapi.nets.faceLandmark68Net.loadFromDisk(models)
  await faceapi.nets.faceRecognitionNet.loadFromDisk(models)

  /** @returns The descriptors of the photo's largest faces, at most `most`. */
  return async (
    photo: string | Buffer,
    setting: FaceApiSetting,
    most: number,
  ): Promise<Float32Array[]> => {
    const { data, info } = await sharp(photo)
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const tensor = tf.tensor3d(new Uint8Array(data), [info.height, info.width, 3], 'int32')
    try {
      const options =
        setting === 'ssd'
          ? new faceapi.SsdMobilenetv1Options()
          : new faceapi.TinyFaceDetectorOptions({ inputSize: 224, scoreThreshold: 0.2 })
      const found = await faceapi.detectAllFaces(tensor, options).withFaceLandmarks()
      found.sort((a: Found, b: Found) => b.detection.box.area - a.detection.box.area)
      const descriptors: Float32Array[] = []
      for (const { landmarks } of found.slice(0, most)) {
        const box = landmarks.align(null, { useDlibAlignment: true })
        const [face] = await faceapi.extractFaceTensors(tensor, [box])
        descriptors.push(await faceapi.nets.faceRecognitionNet.computeFaceDescriptor(face))
        face.dispose()
      }
      return descriptors
    } finally {
      tensor.dispose()
    }
  }
}

interface Found {
  detection: { box: { area: number } }
}

/** face-api compares by L2 distance; higher is closer here. */
export function descriptorSimilarity(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return -Math.sqrt(sum)
}
