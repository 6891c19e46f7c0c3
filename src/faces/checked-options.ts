import { checkChoice } from '../base/checked-choice.js'
import { livenessModes } from '../liveness/liveness.js'
import type { AnalyzeOptions } from './analyze.js'
import { details } from './detectors/detail.js'

/** Checks the options of an analysis that are one of a few words. @throws AgnizeError `bad-argument`. */
export function checkAnalyzeOptions({
  detail,
  liveness,
}: {
  readonly [Option in 'detail' | 'liveness']?: AnalyzeOptions[Option] | undefined
}): void {
  checkChoice('detail', detail, details)
  checkChoice('liveness', liveness, livenessModes)
}
