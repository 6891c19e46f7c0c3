import { Option } from 'commander'
import type { Face } from '../faces/face.js'
import type { Liveness } from '../liveness/liveness.js'
import { type LivenessMode, livenessModes } from '../liveness/liveness.js'
import { words } from './annotated.js'
import { type Cell, numberCell } from './table.js'
import { colors, print } from './terminal.js'

/** `--liveness`. */
export const livenessOption = new Option(
  '--liveness <how>',
  'tell faces from pictures of faces: observe reports it, require takes live faces only',
)
  .choices(livenessModes)
  .default('off' satisfies LivenessMode)

/** Columns of liveness in tables; none where it is off. */
export const livenessColumns = (mode: LivenessMode): readonly string[] =>
  mode === 'off' ? [] : ['liveness', 'liveness score']

/** Cells of {@link livenessColumns}; none where it is off. */
export function livenessCells({ liveness }: Pick<Face, 'liveness'>): Cell[] {
  if (!liveness) return []
  return [
    { text: words(liveness.answer), color: answerColors[liveness.answer] },
    scoreCell(liveness),
  ]
}

/** Prints what to do about faces whose liveness cannot be judged. */
export function printAdvice(faces: readonly Pick<Face, 'liveness'>[]): void {
  for (const [i, { liveness }] of faces.entries()) {
    if (liveness?.advice) print(`  ${colors.yellow(`face ${i + 1}: ${liveness.advice}`)}`)
  }
}

/** Liveness of a face in words, such as `attack (score 0.01, threshold 0.90)`. */
export function livenessInWords({ answer, score, threshold, advice }: Liveness): string {
  if (score === null) return `liveness not judgeable: ${advice}`
  return `${words(answer)} (score ${score.toFixed(2)}, threshold ${threshold.toFixed(2)})`
}

const scoreCell = ({ score }: Liveness): Cell => numberCell(score, 2)

const answerColors = {
  live: colors.green,
  attack: colors.red,
  not_judgeable: colors.yellow,
} as const satisfies Record<Liveness['answer'], unknown>
