import type { Evaluation } from './evaluation.js'

/** Incremented when a field changes its meaning or is removed. */
const schemaVersion = 2

/** Serializes the results of an evaluation as JSON with the names of docs/json.md, without embeddings and images. */
export function evaluationJson({ samples, files: _, verification, ...rest }: Evaluation): string {
  const { scores: __, ...figures } = verification
  const named = ({ a, b, similarity }: { a: number; b: number; similarity: number }) => ({
    photos: [samples[a]!.photo, samples[b]!.photo],
    subjects: [samples[a]!.person, samples[b]!.person],
    similarity,
  })
  const result = {
    schemaVersion,
    ...rest,
    verification: {
      ...figures,
      falseMatches: figures.falseMatches.map(named),
      falseNonMatches: figures.falseNonMatches.map(named),
    },
  }
  return `${JSON.stringify(snakeCase(result), null, 1)}\n`
}

/** Converts names to snake_case, and numbers that JSON cannot represent to null. */
export function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase)
  if (typeof value === 'number') return Number.isFinite(value) ? rounded(value) : null
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCase(each),
    ]),
  )
}

function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(7))
}
