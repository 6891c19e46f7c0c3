/** The tables, as Kysely's typed queries see them; the same in every database. */
export interface Schema extends DecisionSchema, AuditSchema, VisitSchema, ServerSchema {
  galleries: {
    id: string
    name: string
    /** Grows by every change. */
    version: number
    /** For the next subject or template: keys are never used again. */
    next_key: number
    /** How many subjects have templates of the active model, and how many such templates there are. */
    people: number
    templates: number
    /** Up to this version, what was removed is no longer listed. */
    removals_from: number
    /** What protects it, as `Vault` reads it; null where nothing is sealed. */
    protection: string | null
    /** What its faces are kept for. */
    purpose: string | null
    /** Subjects are to be deleted after so many days; null keeps them. */
    keep_days: number | null
    /** How people are greeted, and after how many seconds of absence again; null for the defaults. */
    greeting_phrase: string | null
    greeting_again: number | null
    /** Whether visits are recorded; null for no. */
    visits_recording: number | null
    visits_days: number | null
    /** How many references of a person are searched; null for all. */
    references_most: number | null
    /** Whether confident faces of cameras are added; null for no. */
    references_adapting: number | null
    created_at: string
  }
  /** The models whose templates a gallery may hold. */
  gallery_models: {
    gallery_id: string
    model: string
    dimensions: number
    role: ModelRole
  }
  subjects: {
    gallery_id: string
    id: string
    key: number
    name: string
    external_id: string | null
    /** JSON object. */
    metadata: string
    purpose: string | null
    consented_at: string | null
    keep_until: string | null
    /** How many templates of the active model it has. */
    templates: number
    /** Version of the gallery that changed it last. */
    changed: number
    created_at: string
  }
  /** What subjects are found by: tags, and top-level fields of the metadata. */
  subject_labels: { gallery_id: string; subject_id: string; kind: LabelKind; label: string }
  /** Keys of subjects that went, so that caches can let go of them. */
  removed_subjects: { gallery_id: string; key: number; version: number }
  /** The sealed key of each subject of a protected gallery. No backup holds them. */
  subject_keys: { gallery_id: string; subject_id: string; sealed: Uint8Array }
  /** What is kept of a photo: the face aligned, and with its surroundings. */
  crops: FaceColumns & {
    subject_id: string
    /** A model that found no face in it, or for which nothing was kept; or that it is set aside, see {@link aside}. */
    skipped_by: string | null
    /** JSON of why it was added by itself; null for what a human enrolled. */
    origin: string | null
  }
  templates: {
    gallery_id: string
    id: string
    key: number
    subject_id: string
    crop_id: string
    model: string
    /** Little-endian float32, sealed where the gallery is protected. */
    vector: Uint8Array
    quality: number
    created_at: string
  }
}

/** In `crops.skipped_by`: the face is kept, but no model searches it. */
export const aside = 'set aside'

/** `active` is searched; `next` is being made by a migration; `previous` is the way back. */
export type ModelRole = 'active' | 'next' | 'previous'

/** What a label says: a tag, or a field of the metadata as `name=value` with the value in JSON. */
export type LabelKind = 'tag' | 'field'

interface FaceColumns {
  gallery_id: string
  id: string
  photo: string
  photo_hash: string
  x: number
  y: number
  width: number
  height: number
  aligned: Uint8Array
  padded: Uint8Array
  created_at: string
}

/** The tables of what people and agnize decided. */
export interface DecisionSchema {
  /** Measured on the gallery's own data. */
  calibrations: { gallery_id: string; model: string; calibration: string; created_at: string }
  /** A face that is not, or is, somebody. */
  corrections: FaceColumns & { subject_id: string; kind: 'not' | 'same' }
  correction_vectors: {
    gallery_id: string
    correction_id: string
    model: string
    vector: Uint8Array
  }
  decision_logs: {
    gallery_id: string
    recording: number
    days: number | null
    faces: number
    /** Hash that the oldest entry's follows, since those before it have gone. */
    anchor: string
    /** Number of the newest entry. */
    newest: number
  }
  decisions: {
    gallery_id: string
    number: number
    at: string
    /** Null once it went with a person. */
    payload: string | null
    face: Uint8Array | null
    payload_hash: string
    hash: string
  }
  /** Whom a decision names, so that it goes with them. */
  decision_subjects: { gallery_id: string; number: number; subject_id: string }
}

/** The tables of what was done. */
export interface AuditSchema {
  /** Who did what to whose data: a chain of hashes, to which is only added. */
  audit_log: {
    gallery_id: string
    number: number
    at: string
    actor: string
    action: string
    /** Id of the subject, which stays after it is gone. */
    subject_id: string | null
    /** JSON, without names and biometrics. */
    details: string
    hash: string
  }
  /** Where backups and exports of the gallery were written. */
  backups: {
    gallery_id: string
    id: string
    path: string
    at: string
    version: number
    /** `export`; or `backup`, as is null. */
    kind: string | null
  }
}

/** Who came when. */
export interface VisitSchema {
  visits: {
    gallery_id: string
    id: string
    camera: string
    first_at: string
    last_at: string
    /** Who it was; set later where a stranger was named. */
    subject_id: string | null
    /** Which stranger; null for somebody who was known. */
    visitor_id: string | null
    /** Which stranger they were taken for at first, where that is another now. */
    told_as: string | null
    /** JSON; numbers only. */
    explanation: string | null
    model: string
    /** Little-endian float32, sealed where the gallery is protected, as is the face. */
    vector: Uint8Array
    quality: number
    similarity: number | null
    face: Uint8Array | null
  }
  /** Events that are still to be sent somewhere. */
  deliveries: {
    gallery_id: string
    id: string
    /** Where to. */
    output: string
    camera: string
    /** Whom it is about, so that it goes with them. */
    subject_id: string | null
    visit_id: string | null
    /** Sealed where the gallery is protected. */
    body: Uint8Array
    created_at: string
  }
}

/** The tables of servers, which galleries know nothing of (src/server/records). */
export interface ServerSchema {
  api_keys: {
    id: string
    /** SHA-256 of the key, in hex; the key itself is not kept. */
    hash: string
    name: string
    /** JSON arrays; galleries `["*"]` is all of them. */
    scopes: string
    galleries: string
    /** As which kind of service of CompreFace it is taken; null for none. */
    service: string | null
    requests_per_minute: number | null
    photos_per_day: number | null
    created_at: string
    expires_at: string | null
  }
  key_usage: { key_id: string; day: string; photos: number }
  /** Sessions of browsers; `hash` is of the token in their cookie. */
  sessions: { hash: string; key_id: string; created_at: string; expires_at: string }
  jobs: {
    id: string
    gallery: string
    kind: string
    /** Which server does it: the id of its home. */
    owner: string
    state: string
    done: number
    total: number | null
    /** Processes that have begun it since it came on last. */
    attempts: number
    /** JSON; errors are `{code, message}`. */
    parameters: string
    result: string | null
    error: string | null
    created_at: string
    finished_at: string | null
  }
  idempotent_requests: {
    /** Hash of the API key's id and the request's key. */
    id: string
    /** Hash of what was asked. */
    request: string
    /** The answer, sealed with the request's key; null while it is being made. */
    answer: Uint8Array | null
    at: string
  }
}
