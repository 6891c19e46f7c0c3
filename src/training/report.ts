import type { PairScores } from '../evaluation/verification.js'
import type { EmbeddingCard } from '../models/card.js'
import type { Settings } from './options.js'
import type { EpochMetrics } from './run-folder.js'

/** What a report tells. */
export interface ReportData {
  readonly card: EmbeddingCard
  readonly settings: Settings
  readonly counts: Readonly<Record<string, number>>
  readonly metrics: readonly EpochMetrics[]
  readonly epoch: number
  readonly before: PairScores
  readonly after: PairScores
}

/** placeholder */
export async function writeReport(_path: string, _data: ReportData): Promise<void> {}
