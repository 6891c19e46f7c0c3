/** Ordinary photos, and attacks that are composited from them; a part of bench:liveness. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { shareText } from '../dist/evaluation/attacks/attack-page.js'
import { apcer, bpcer } from '../dist/evaluation/attacks/attack-rates.js'
import { facesFolder } from './face-sets.js'
import { combinations, type Seen, scoresOf, seen, thresholdOf, unjudged } from './liveness-faces.js'

/** Genuine photos that nobody took for this: how many are taken for pictures. */
export async function printOrdinary(): Promise<void> {
  console.log('\nordinary photos: BPCER, not judged')
  for (const set of ['lfw-wild', 'utk', 'photos', 'lfw']) {
    const root = join(facesFolder, set)
    if (!existsSync(root)) continue
    const faces: Seen[] = []
    for (const { person, photo } of await ordinaryPhotos(root)) {
      const face = await seen(person, photo)
      if (face) faces.push(face)
    }
    for (const [name, networks] of combinations) {
      const scores = await scoresOf(faces, networks)
      const threshold = thresholdOf(networks)
      console.log(
        `  ${set.padEnd(9)} ${name.padEnd(12)} ${shareText(bpcer(scores, threshold)).padEnd(34)} ${unjudged(scores)}`,
      )
    }
  }
}

/** One photo of each of at most 400 people of a set, spread over it. */
async function ordinaryPhotos(root: string): Promise<{ person: string; photo: string }[]> {
  const entries = (await readdir(root, { withFileTypes: true }))
    .filter(({ name }) => !name.endsWith('.json'))
    .sort((a, b) => a.name.localeCompare(b.name))
  const step = Math.max(1, Math.floor(entries.length / 400))
  const chosen = entries.filter((_, i) => i % step === 0)
  return Promise.all(
    chosen.map(async (entry) => {
      const path = join(root, entry.name)
      if (!entry.isDirectory()) return { person: entry.name, photo: path }
      const [first] = (await readdir(path)).sort()
      return { person: entry.name, photo: join(path, first!) }
    }),
  )
}

/** Made-up species: photos of LFW composited as if they were shown before the camera of NUAA. */
export async function printComposited(): Promise<void> {
  const root = join(facesFolder, 'lfw-wild')
  if (!existsSync(root)) return
  const photos = (await ordinaryPhotos(root)).slice(0, 120)
  const size = { width: 640, height: 480 }
  const fill = (photo: string) => sharp(photo).resize({ ...size, fit: 'cover' })
  // A display: lines of its pixels, light of its own, a loss of contrast. Judgment; no screen was here to photograph.
  const lines = Buffer.alloc(size.width * size.height * 4)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      lines[4 * (y * size.width + x) + 3] = y % 3 === 0 ? 60 : x % 3 === 0 ? 30 : 0
    }
  }
  const overlay = { input: lines, raw: { ...size, channels: 4 as const } }
  const shown = (photo: string) =>
    fill(photo).composite([overlay]).blur(0.7).linear(0.85, 25).modulate({ saturation: 0.85 })
  const held = async (photo: string) => {
    const inner = await sharp(photo).resize(300, 300).linear(0.9, 15).png().toBuffer()
    return sharp({ create: { ...size, channels: 3, background: '#8a8f94' } }).composite([
      {
        input: await sharp(inner)
          .extend({ top: 14, bottom: 14, left: 14, right: 14, background: '#f4f4f2' })
          .png()
          .toBuffer(),
      },
    ])
  }
  const species: readonly [string, (photo: string) => Promise<Sharp> | Sharp][] = [
    ['print with its edge in view', held],
    ['print without an edge', (photo) => fill(photo).blur(0.8).linear(0.85, 22)],
    ['screen without an edge', shown],
  ]
  console.log('\ncomposited, not photographed: APCER, not judged')
  for (const [name, make] of species) {
    const faces: Seen[] = []
    for (const { person, photo } of photos) {
      const made = await make(photo)
      const face = await seen(person, await made.jpeg({ quality: 90 }).toBuffer())
      if (face) faces.push(face)
    }
    for (const [of, networks] of combinations) {
      const scores = await scoresOf(faces, networks)
      const threshold = thresholdOf(networks)
      console.log(
        `  ${name.padEnd(28)} ${of.padEnd(12)} ${shareText(apcer(scores, threshold)).padEnd(34)} ${unjudged(scores)}`,
      )
    }
  }
}
