import type { Schema } from './tables.js'

/**
 * How a subject's erasure applies to a table.
 *
 * - `subject`: rows belong to a subject by `subject_id`, and are deleted with it; those of {@link tablesOfPairs} by `other_id` too.
 * - `hangs`: rows reference rows that belong to a subject, and are deleted with those.
 * - `cleaned`: rows may name subjects in their content, which is replaced.
 * - `pseudonyms`: rows refer to subjects by ids that are never used again, and are kept.
 * - `sealed`: rows may name subjects, sealed with a key that is not stored, and expire within a day.
 * - `nobody`: rows name no subjects.
 */
export type PersonalData = 'subject' | 'hangs' | 'cleaned' | 'pseudonyms' | 'sealed' | 'nobody'

/** Every table; a test compares the list with the schema of each database. */
export const personalData: Readonly<Record<keyof Schema | 'search_vectors', PersonalData>> = {
  galleries: 'nobody',
  gallery_models: 'nobody',
  subjects: 'subject',
  subject_labels: 'subject',
  removed_subjects: 'pseudonyms',
  subject_keys: 'subject',
  crops: 'subject',
  templates: 'subject',
  calibrations: 'nobody',
  corrections: 'subject',
  correction_vectors: 'hangs',
  different_people: 'subject',
  decision_logs: 'nobody',
  decisions: 'cleaned',
  decision_subjects: 'subject',
  audit_log: 'pseudonyms',
  backups: 'nobody',
  visits: 'subject',
  deliveries: 'subject',
  search_vectors: 'subject',
  api_keys: 'nobody',
  key_usage: 'nobody',
  sessions: 'nobody',
  // Accounts are people too, but not subjects: they are deleted by their administrators (docs/accounts.md).
  accounts: 'nobody',
  account_sessions: 'nobody',
  sign_in_attempts: 'nobody',
  jobs: 'cleaned',
  idempotent_requests: 'sealed',
  server_secrets: 'nobody',
  // The face of somebody before the camera, for some minutes.
  challenges: 'nobody',
  watched_cameras: 'nobody',
}

/** Tables whose rows belong to a subject. */
export const tablesOfSubjects = Object.entries(personalData)
  .filter(([, how]) => how === 'subject')
  .map(([table]) => table)

/** Those whose rows belong to a second subject too, by `other_id`. */
export const tablesOfPairs: ReadonlySet<string> = new Set<keyof Schema>(['different_people'])
