import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { facesFolder } from '../fixtures.js'

const folder = join(facesFolder, 'pad/print-nuaa')

/** People of NUAA of whom there are both live photos and prints. */
export const people = ['0001', '0003', '0005', '0007', '0009', '0011', '0015'] as const

/** Live photos or prints of a person, spread over the sessions; none where the set is missing. */
export function photosOf(kind: 'live' | 'print', person: string, count: number): string[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(join(folder, kind, person)).sort()
  const step = Math.floor(files.length / count)
  return Array.from({ length: count }, (_, i) => join(folder, kind, person, files[i * step]!))
}
