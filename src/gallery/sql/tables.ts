/** The tables, as Kysely's typed queries see them; the same in every database. */
export interface Schema
  extends DecisionSchema,
    AuditSchema,
    ChallengeSchema,
    VisitSchema,
    ServerSchema {
  galleries: {
    id: string
    name: string
    /** Incremented by every change. */
    version: number
    /** Key of the next subject or template; keys are never used again. */
    next_key: number
    /** Number of subjects with templates of the active model, and of such templates. */
    people: number
    templates: number
    /** Removed subjects are not listed up to this version. */
    removals_from: number
    /** Protection, as `Vault` reads it; null where nothing is sealed. */
    protection: string | null
    /** Purpose of keeping the faces. */
    purpose: string | null
    /** Retention period of subjects, in days; null keeps them. */
    keep_days: number | null
    /** Greeting phrase, and seconds of absence after which a subject is greeted again; null for the defaults. */
    greeting_phrase: string | null
    greeting_again: number | null
    /** Whether visits are recorded; null for no. */
    visits_recording: number | null
    visits_days: number | null
    /** Maximum number of searched references per subject; null for no limit. */
    references_most: number | null
    /** Whether confident faces of cameras are added; null for no. */
    references_adapting: number | null
    /** Name of the detector that the faces are found with; null for the first one. */
    detector: string | null
    created_at: string
  }
  /** The models whose templates a gallery may hold. */
  gallery_models: {
    gallery_id: string
    model: string
    dimensions: number
    role: ModelRole
    /** SHA-256 of the cohort that corrects the similarities, or `none`; null where it was not recorded. */
    cohort: string | null
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
    /** Number of the subject's templates of the active model. */
    templates: number
    /** Version of the gallery that changed the subject last. */
    changed: number
    created_at: string
  }
  /** Search labels of subjects: tags, and top-level fields of the metadata. */
  subject_labels: { gallery_id: string; subject_id: string; kind: LabelKind; label: string }
  /** Keys of removed subjects, from which caches learn of the removal. */
  removed_subjects: { gallery_id: string; key: number; version: number }
  /** The sealed key of each subject of a protected gallery. No backup holds them. */
  subject_keys: { gallery_id: string; subject_id: string; sealed: Uint8Array }
  /** Crops of enrolled faces. */
  crops: FaceColumns & {
    subject_id: string
    /** A model that found no face in the crop, or could not read one; or the mark of {@link setAsideMark}. */
    skipped_by: string | null
    /** JSON of the evidence for an automatically added face; null for a manually enrolled one. */
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
export const setAsideMark = 'set aside'

/** `active` is searched; `next` is the target of a migration; `previous` can be restored. */
export type ModelRole = 'active' | 'next' | 'previous'

/** Kind of a label: a tag, or a field of the metadata as `name=value` with the value in JSON. */
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
  /** The crop, JPEG: the face with its surroundings, from which another model can embed it. Sealed where the gallery is protected. */
  padded: Uint8Array
  created_at: string
}

/** Marks, in the column `cohort`, a gallery whose similarities are cosines. */
export const noCohort = 'none'

/** Tables of calibrations, corrections and decisions. */
export interface DecisionSchema {
  /** Thresholds measured on the gallery's own data. */
  calibrations: { gallery_id: string; model: string; calibration: string; created_at: string }
  /** A face that is not, or is, a subject's. */
  corrections: FaceColumns & { subject_id: string; kind: 'not' | 'same' }
  correction_vectors: {
    gallery_id: string
    correction_id: string
    model: string
    vector: Uint8Array
  }
  /** Pairs of subjects who are different people; `subject_id` is the smaller id. */
  different_people: {
    gallery_id: string
    subject_id: string
    other_id: string
    created_at: string
  }
  decision_logs: {
    gallery_id: string
    recording: number
    days: number | null
    faces: number
    /** Hash of the last deleted entry, which the oldest entry follows. */
    anchor: string
    /** Number of the newest entry. */
    newest: number
  }
  decisions: {
    gallery_id: string
    number: number
    at: string
    /** Null once it was erased with a subject. */
    payload: string | null
    face: Uint8Array | null
    payload_hash: string
    hash: string
  }
  /** Subjects that a decision names, so that it is erased with them. */
  decision_subjects: { gallery_id: string; number: number; subject_id: string }
}

/** Tables of the audit log and of backups. */
export interface AuditSchema {
  /** The append-only audit log, a chain of hashes. */
  audit_log: {
    gallery_id: string
    number: number
    at: string
    actor: string
    action: string
    /** Id of the subject, which is kept after the subject was removed. */
    subject_id: string | null
    /** JSON, without names and biometrics. */
    details: string
    hash: string
  }
  /** Paths of the gallery's backups and exports. */
  backups: {
    gallery_id: string
    id: string
    path: string
    at: string
    version: number
    /** `export` or `backup`; null means `backup`. */
    kind: string | null
  }
}

/** Tables of challenges. */
export interface ChallengeSchema {
  /** Challenges of people before a camera, for some minutes. */
  challenges: {
    gallery_id: string
    id: string
    /** Id of the API key that created it; null for a caller without one. */
    key_id: string | null
    nonce: string
    /** JSON array. */
    steps: string
    /** Whether the passive signal is judged, 0 or 1. */
    passive: number
    state: 'open' | 'running' | 'passed' | 'failed' | 'used'
    /** The face, JSON with its embedding, sealed where the gallery is protected; null before it is seen and once its result was used. */
    face: Uint8Array | null
    created_at: string
    expires_at: string
  }
}

/** Tables of visits, watched cameras and undelivered events. */
export interface VisitSchema {
  /** Cameras that programs watch, each as a program reported it last. */
  watched_cameras: {
    gallery_id: string
    camera: string
    /** Id of the program. */
    watcher: string
    state: 'starting' | 'online' | 'offline' | 'failed'
    since: string
    /** Time of the last frame; null before the first one. */
    frame_at: string | null
    frames_per_minute: number | null
    /** Code of an error; null where there is none. */
    error: string | null
    /** When the program reported it first. */
    began_at: string
    heard_at: string
  }
  visits: {
    gallery_id: string
    id: string
    camera: string
    first_at: string
    last_at: string
    /** The subject; set later where a visitor was named. */
    subject_id: string | null
    /** The visitor; null for a visit of a known subject. */
    visitor_id: string | null
    /** Id of the visitor at first, where it was replaced since. */
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
  /** Undelivered events. */
  deliveries: {
    gallery_id: string
    id: string
    /** Name of the output. */
    output: string
    camera: string
    /** Subject of the event, with whom it is deleted. */
    subject_id: string | null
    visit_id: string | null
    /** Sealed where the gallery is protected. */
    body: Uint8Array
    created_at: string
  }
}

/** The servers' tables, which galleries do not use (src/server/records). */
export interface ServerSchema {
  api_keys: {
    id: string
    /** SHA-256 of the key, in hex; the key itself is not kept. */
    hash: string
    name: string
    /** JSON arrays; galleries `["*"]` stands for all. */
    scopes: string
    galleries: string
    /** The kind of CompreFace service that the key is accepted as; null for none. */
    service: string | null
    requests_per_minute: number | null
    photos_per_day: number | null
    created_at: string
    expires_at: string | null
  }
  key_usage: { key_id: string; day: string; photos: number }
  /** Sessions of browsers that signed in with a key; `hash` is that of the token in the cookie. */
  sessions: { hash: string; key_id: string; created_at: string; expires_at: string }
  /** People who sign in to the console. */
  accounts: {
    id: string
    name: string
    /** The name as it is compared: without regard to case. */
    folded_name: string
    role: 'viewer' | 'operator' | 'administrator'
    /** JSON array; `["*"]` stands for all. */
    galleries: string
    /** Hash of the password with its salt and parameters; null for an account that has none. */
    password: string | null
    /** Who its owner is at an OpenID Connect provider; null for an account that is not linked. */
    issuer: string | null
    subject: string | null
    /** Random value of the invitation that links the account; null where none is open. */
    invitation: string | null
    invited_until: string | null
    disabled: number
    created_at: string
    signed_in_at: string | null
  }
  /** Sessions of accounts; `hash` is that of the token in the cookie. */
  account_sessions: {
    hash: string
    id: string
    account_id: string
    /** Browser and system, such as `Firefox, Windows`. */
    browser: string
    /** How its owner signed in; null in sessions from before there were several ways, which were begun by a password. */
    method: 'password' | 'oidc' | null
    created_at: string
    seen_at: string
    expires_at: string
  }
  /** Failed attempts to sign in, and addresses that an account knows, by keyed hashes of the name and of the address. */
  sign_in_attempts: { id: string; failures: number; expires_at: string }
  jobs: {
    id: string
    gallery: string
    kind: string
    /** The server that runs the job: the id of its home. */
    owner: string
    state: string
    done: number
    total: number | null
    /** Number of processes that have started the job since its last progress. */
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
    /** Hash of the request. */
    request: string
    /** The response, sealed with the request's key; null while the request is processed. */
    answer: Uint8Array | null
    at: string
  }
  /** Secrets that all servers over the store share. */
  server_secrets: { name: string; secret: Uint8Array; created_at: string }
}
