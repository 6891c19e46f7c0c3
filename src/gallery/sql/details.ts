import type { Kysely, SelectQueryBuilder } from 'kysely'
import { objectOf } from '../json-columns.js'
import type { SubjectDetails, SubjectFilter, SubjectSummary } from '../subject.js'
import { batchSize, chunks } from './rows.js'
import type { LabelKind, Schema } from './tables.js'

/** A subject's row as its summary needs it, without its tags. */
type SummaryRow = Omit<SubjectSummary, 'metadata' | 'tags'> & { readonly metadata: string }

/** Completes subjects with the columns of other tables. */
export async function detailsOf(
  db: Kysely<Schema>,
  galleryId: string,
  rows: readonly SummaryRow[],
): Promise<SubjectSummary[]> {
  const tags = new Map<string, string[]>()
  for (let i = 0; i < rows.length; i += batchSize) {
    const labels = await db
      .selectFrom('subject_labels')
      .select(['subject_id', 'label'])
      .where('gallery_id', '=', galleryId)
      .where('kind', '=', 'tag')
      .where(
        'subject_id',
        'in',
        rows.slice(i, i + batchSize).map(({ id }) => id),
      )
      .orderBy('label')
      .execute()
    for (const { subject_id, label } of labels) {
      const own = tags.get(subject_id)
      if (own) own.push(label)
      else tags.set(subject_id, [label])
    }
  }
  return rows.map((row) => ({
    ...row,
    metadata: objectOf(row.metadata, 'the metadata of a person'),
    tags: tags.get(row.id) ?? [],
  }))
}

/** Writes the given fields of a subject's details. */
export async function writeDetails(
  db: Kysely<Schema>,
  subject: { readonly gallery_id: string; readonly subject_id: string },
  details: Partial<SubjectDetails>,
): Promise<void> {
  const { metadata, tags } = details
  const columns = columnsOf(details)
  if (Object.keys(columns).length > 0) {
    await db
      .updateTable('subjects')
      .set(columns)
      .where('gallery_id', '=', subject.gallery_id)
      .where('id', '=', subject.subject_id)
      .execute()
  }
  const relabel = async (kind: LabelKind, labels: readonly string[]) => {
    await db
      .deleteFrom('subject_labels')
      .where('gallery_id', '=', subject.gallery_id)
      .where('subject_id', '=', subject.subject_id)
      .where('kind', '=', kind)
      .execute()
    if (labels.length === 0) return
    const rows = [...new Set(labels)].map((label) => ({ ...subject, kind, label }))
    await db.insertInto('subject_labels').values(rows).execute()
  }
  if (tags) await relabel('tag', tags)
  if (metadata) await relabel('field', fieldLabels(metadata))
}

/** The labels of a subject with the given details. */
export function labelsOf(
  subject: { readonly gallery_id: string; readonly subject_id: string },
  { tags = [], metadata = {} }: Partial<SubjectDetails>,
): Schema['subject_labels'][] {
  return [
    ...[...new Set(tags)].map((label) => ({ ...subject, kind: 'tag' as const, label })),
    ...fieldLabels(metadata).map((label) => ({ ...subject, kind: 'field' as const, label })),
  ]
}

/** The given details as columns of a subject's row. */
export function columnsOf({
  externalId,
  metadata,
  purpose,
  consentedAt,
  keepUntil,
}: Partial<SubjectDetails>) {
  return {
    ...(externalId !== undefined && { external_id: externalId }),
    ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
    ...(purpose !== undefined && { purpose }),
    ...(consentedAt !== undefined && { consented_at: consentedAt }),
    ...(keepUntil !== undefined && { keep_until: keepUntil }),
  }
}

const fieldLabels = (metadata: SubjectDetails['metadata']) =>
  Object.entries(metadata)
    .filter(([, value]) => isScalar(value))
    .map(([name, value]) => fieldLabel(name, value))

/** Restricts a query of subjects to those that match a filter. */
export function meeting<Row>(
  query: SelectQueryBuilder<Schema, 'subjects', Row>,
  galleryId: string,
  { subjects, tags = [], metadata = {} }: SubjectFilter,
): SelectQueryBuilder<Schema, 'subjects', Row> {
  const labels: [LabelKind, string][] = [
    ...tags.map((tag): [LabelKind, string] => ['tag', tag]),
    ...Object.entries(metadata).map(([name, value]): [LabelKind, string] => [
      'field',
      fieldLabel(name, value),
    ]),
  ]
  let narrowed = query
  if (subjects) {
    narrowed = narrowed.where((expression) =>
      subjects.length === 0
        ? expression.lit(false)
        : expression.or(chunks(subjects).map((names) => expression('subjects.name', 'in', names))),
    )
  }
  for (const [kind, label] of labels) {
    narrowed = narrowed.where('subjects.id', 'in', (expression) =>
      expression
        .selectFrom('subject_labels')
        .select('subject_id')
        .where('subject_labels.gallery_id', '=', galleryId)
        .where('subject_labels.kind', '=', kind)
        .where('subject_labels.label', '=', label),
    )
  }
  return narrowed
}

const isScalar = (value: unknown) => value === null || typeof value !== 'object'

const fieldLabel = (name: string, value: unknown) => `${name}=${JSON.stringify(value)}`
