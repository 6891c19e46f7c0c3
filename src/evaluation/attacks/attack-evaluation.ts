import { snakeCase } from '../evaluation-json.js'
import type { RateEstimate } from '../intervals.js'
import type { HeldOutRates } from './attack-rates.js'

/** Rates of one species of attack. */
export interface AttackSpecies {
  /** Name of its folder. */
  readonly species: string
  /** Number of people on its pictures. */
  readonly people: number
  /** Number of presentations. */
  readonly presentations: number
  /** APCER: share of the judged attacks that pass for live; null where none was judged. */
  readonly apcer: RateEstimate | null
  /** APNRR: share of the presentations that were not judged, or in which no face was found. */
  readonly apnrr: RateEstimate
  /** IAPAR: share of the presentations that pass for live and match a live photo of the person; null without such a photo. */
  readonly iapar: RateEstimate | null
}

/** Rates of live faces. */
export interface BonaFideRates {
  /** Number of people. */
  readonly people: number
  /** Number of presentations. */
  readonly presentations: number
  /** BPCER: share of the judged faces that are taken for attacks; null where none was judged. */
  readonly bpcer: RateEstimate | null
  /** BPNRR: share of the presentations that were not judged, or in which no face was found. */
  readonly bpnrr: RateEstimate
}

/** Rates at another threshold. */
export interface RatesAtThreshold {
  /** The threshold of liveness, 0…1. */
  readonly threshold: number
  /** The largest APCER of a species. */
  readonly apcer: RateEstimate | null
  /** The species with it. */
  readonly worst: string | null
  /** BPCER. */
  readonly bpcer: RateEstimate | null
}

/** Result of `evaluateAttacks`. */
export interface AttackEvaluation {
  /** Name of the folder. */
  readonly data: string
  /** ISO 8601, UTC. */
  readonly date: string
  /** The shipped threshold of liveness, 0…1. */
  readonly threshold: number
  /** The photos and the method that it comes from. */
  readonly basis: string
  /** The species, the largest APCER first. */
  readonly species: readonly AttackSpecies[]
  /** The live faces. */
  readonly live: BonaFideRates
  /** Rates at other thresholds. */
  readonly thresholds: readonly RatesAtThreshold[]
  /** Rates at thresholds chosen on the other people, of all species together; null with fewer than three people. */
  readonly heldOut: HeldOutRates | null
  /** Similarity from which an attack matches. */
  readonly similarity: number
  /** Median time of the assessment of a face, in milliseconds; null without a judged face. */
  readonly milliseconds: number | null
  /** Photos that could not be read. */
  readonly failures: readonly FailedPhoto[]
  /** Files that were written; absent without a folder for them. */
  readonly files?: AttackFiles
}

/** A photo that could not be read. */
export interface FailedPhoto {
  /** The photo. */
  readonly photo: string
  /** What went wrong, and what to do. */
  readonly message: string
}

/** Files with the result of an evaluation of attacks. */
export interface AttackFiles {
  /** Path of the page. */
  readonly report: string
  /** Path of the JSON. */
  readonly results: string
}

/** The result as JSON with the names of docs/json.md. */
export function attacksJson({ files: _, ...result }: AttackEvaluation): string {
  return `${JSON.stringify({ schema_version: 1, ...(snakeCase(result) as object) }, null, 1)}\n`
}
