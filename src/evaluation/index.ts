/**
 * Measurement of error rates and calibration of thresholds: `agnize/evaluation`.
 *
 * @packageDocumentation
 */
export type { AskedRate } from './asked-rates.js'
export type {
  AttackEvaluation,
  AttackFiles,
  AttackSpecies,
  BonaFideRates,
  FailedPhoto,
  RatesAtThreshold,
} from './attacks/attack-evaluation.js'
export type { HeldOutRates } from './attacks/attack-rates.js'
export { type AttackOptions, evaluateAttacks } from './attacks/evaluate-attacks.js'
export {
  type Audit,
  type AuditedCorrection,
  type AuditedFace,
  type AuditOptions,
  audit,
  type Finding,
} from './audit.js'
export { writeAuditPage } from './audit-page.js'
export {
  type CalibratedRate,
  type CalibrateOptions,
  type CalibrationData,
  type CalibrationResult,
  calibrate,
} from './calibrate.js'
export { type ClusterAgreement, clusterAgreement } from './cluster-agreement.js'
export { type CompareOptions, compare } from './compare.js'
export { compareModels } from './compare-models.js'
export type { ComparedFigure, ComparedRun, Comparison } from './comparison.js'
export { type FaceChoice, faceChoices } from './embed-photos.js'
export type { DetPoint, PairHistograms } from './error-rates.js'
export { type EvaluateOptions, evaluate } from './evaluate.js'
export type { FpirAtSize, IdentificationResult, MissesAtFpir } from './evaluate-identification.js'
export type { JudgedPair, TrueAcceptance, VerificationResult } from './evaluate-verification.js'
export type { Evaluation } from './evaluation.js'
export type { FailedSample, Role, Sample } from './evaluation-set.js'
export type { FittedProbability } from './fit-probability.js'
export type { FoldAccuracy } from './folds.js'
export type { ThresholdBasis } from './impostor-tail.js'
export type { Estimate, RateEstimate } from './intervals.js'
export type { EvaluationData, ReadOptions } from './read-set.js'
export { type Replay, type ReplayedDecision, type ReplayOptions, replay } from './replay.js'
export type { ScoreHistogram } from './score-histogram.js'
export type { Slice } from './slices.js'
