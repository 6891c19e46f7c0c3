import type { PossibleDuplicate } from '../application/duplicate-ranking.js'
import type { AuditEntry } from '../gallery/audit-store.js'
import type { Correction } from '../gallery/correction-store.js'
import type { DifferentPeople } from '../gallery/different-people-store.js'
import type { EnrolledFace } from '../gallery/enrolled-faces.js'
import type { SubjectSummary } from '../gallery/subject.js'

/** A subject as JSON with stable field names. */
export function personJson(person: SubjectSummary) {
  const { id, name, templates, createdAt, externalId, metadata, tags, purpose } = person
  return {
    id,
    name,
    templates,
    created_at: createdAt,
    external_id: externalId,
    metadata,
    tags,
    purpose,
    consented_at: person.consentedAt,
    keep_until: person.keepUntil,
  }
}

/** An enrolled face as JSON. */
export function enrolledFaceJson(face: EnrolledFace) {
  const { id, templateId, subject, photo, box, quality, createdAt } = face
  return {
    id,
    template_id: templateId,
    subject,
    photo,
    box,
    quality: Number(quality.toFixed(3)),
    created_at: createdAt,
  }
}

/** A correction as JSON. */
export function correctionJson({ id, kind, subject, photo, box, createdAt }: Correction) {
  return { id, kind, subject, photo, box, created_at: createdAt }
}

/** Two subjects who are probably one person, as JSON. */
export function duplicateJson({ subjects, similarity, probability }: PossibleDuplicate) {
  return {
    subjects: [...subjects],
    similarity: Number(similarity.toFixed(6)),
    probability: probability === null ? null : Number(probability.toFixed(6)),
  }
}

/** Two subjects who are different people, as JSON. */
export function differentPeopleJson({ subjects, createdAt }: DifferentPeople) {
  return { subjects: [...subjects], created_at: createdAt }
}

/** An entry of the audit log as JSON. */
export function auditEntryJson({ number, at, actor, action, subjectId, details }: AuditEntry) {
  // The log can be queried by a pseudonym, but does not disclose pseudonyms.
  const { who: _, ...rest } = details
  return { number, at, actor, action, subject_id: subjectId, details: rest }
}
