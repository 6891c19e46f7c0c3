/** Fields that CompreFace sends as floating point numbers; so do all numbers inside the last two. */
const decimals: ReadonlySet<string> = new Set([
  'similarity',
  'probability',
  'pitch',
  'roll',
  'yaw',
  'embedding',
  'execution_time',
])

/**
 * Writes a response as JSON in which a floating point number keeps its point: typed clients read `1` as an integer, where `1.0` is
 * a similarity.
 */
export function toJson(value: unknown, isDecimal = false): string {
  if (typeof value === 'number' && isDecimal) {
    const digits = JSON.stringify(value)
    return /^-?\d+$/.test(digits) ? `${digits}.0` : digits
  }
  if (Array.isArray(value)) return `[${value.map((each) => toJson(each, isDecimal)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(
      ([name, each]) => `${JSON.stringify(name)}:${toJson(each, isDecimal || decimals.has(name))}`,
    )
  return `{${fields.join(',')}}`
}
