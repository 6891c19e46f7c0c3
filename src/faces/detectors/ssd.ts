import type { Candidate, InputSize, Outputs } from './candidate.js'

/**
 * Decodes a single-shot detector whose graph ends with decoded boxes: `scores` (background and face, two a box) and `boxes`
 * (left, top, right, bottom as shares of the input). The network is that of Linzaer's Ultra-Light-Fast-Generic-Face-Detector-1MB.
 *
 * @param minScore - Boxes below it are dropped, 0…1.
 */
export function decodeSsd(
  { scores, boxes }: Outputs,
  { width, height }: InputSize,
  minScore: number,
): Candidate[] {
  const candidates: Candidate[] = []
  for (let i = 0; i < scores!.length / 2; i++) {
    const score = scores![2 * i + 1]!
    if (score < minScore) continue
    const x = boxes![4 * i]! * width
    const y = boxes![4 * i + 1]! * height
    const box = {
      x,
      y,
      width: boxes![4 * i + 2]! * width - x,
      height: boxes![4 * i + 3]! * height - y,
    }
    candidates.push({ box, score, points: null })
  }
  return candidates
}
