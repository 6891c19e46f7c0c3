import { readFileSync } from 'node:fs'
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { AgnizeError } from './errors.js'

/** A setting that a file gives. */
export interface FileSetting {
  readonly name: string
  readonly value: unknown
  /** File and line, for messages. */
  readonly place: string
}

/**
 * Reads a file of settings: an object in YAML, or in JSON, which is YAML too.
 *
 * @throws AgnizeError `bad-argument` for a file that cannot be read or is not such an object.
 */
export function readSettingsFile(path: string): FileSetting[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AgnizeError(
      'bad-argument',
      `The settings file ${path} cannot be read: check the path.`,
      { cause },
    )
  }
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter })
  const [mistake] = document.errors
  if (mistake) {
    const why = mistake.message.split(/ at line |\n/)[0]
    throw new AgnizeError(
      'bad-argument',
      `The settings file ${path} is not YAML in line ${lineCounter.linePos(mistake.pos[0]).line}: ${why}.`,
      { cause: mistake },
    )
  }
  const values: unknown = document.toJS()
  if (values === null || values === undefined) return []
  if (typeof values !== 'object' || Array.isArray(values)) {
    throw new AgnizeError(
      'bad-argument',
      `The settings file ${path} has no settings: write lines such as "gallery: office".`,
    )
  }
  return Object.entries(values).map(([name, value]) => {
    const items = isMap(document.contents) ? document.contents.items : []
    const key = items.map((item) => item.key).find((key) => isScalar(key) && key.value === name)
    const [start = 0] = (isScalar(key) && key.range) || []
    return { name, value, place: `${path}, line ${lineCounter.linePos(start).line}` }
  })
}
