import type { Schema } from './tables.js'

/**
 * How what a table holds of a person goes when they are erased.
 *
 * - `subject`: its rows are a person's, by `subject_id`, and go with them.
 * - `hangs`: its rows hang on rows that are a person's, and go with those.
 * - `cleaned`: its rows may name people in their content; what names the person is taken out.
 * - `pseudonyms`: it knows people by ids that nobody else will have, which stay.
 * - `sealed`: it may name people, sealed with a key that is not kept, and goes within a day.
 * - `nobody`: it names nobody who is recognized.
 */
export type PersonalData = 'subject' | 'hangs' | 'cleaned' | 'pseudonyms' | 'sealed' | 'nobody'

/** Every table; a test holds it against the schema of each database. */
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
  jobs: 'cleaned',
  idempotent_requests: 'sealed',
}

/** Tables whose rows are a person's. */
export const tablesOfSubjects = Object.entries(personalData)
  .filter(([, how]) => how === 'subject')
  .map(([table]) => table)
