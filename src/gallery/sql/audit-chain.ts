import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { AuditEntry } from '../audit-store.js'
import { batchSize, now } from './rows.js'
import type { Schema } from './tables.js'

/** The previous hash of the first entry. */
export const start = '0'.repeat(64)

export type AuditRow = Schema['audit_log']

/** Adds entries to a gallery's audit log, in the transaction of the change. */
export async function appendToAuditLog(
  db: Kysely<Schema>,
  { id: gallery_id, actor }: { readonly id: string; readonly actor: string },
  entries: readonly Pick<AuditEntry, 'action' | 'subjectId' | 'details'>[],
): Promise<void> {
  if (entries.length === 0) return
  const last = await db
    .selectFrom('audit_log')
    .select(['number', 'hash'])
    .where('gallery_id', '=', gallery_id)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  let { number, hash } = last ?? { number: 0, hash: start }
  const at = now()
  const rows = entries.map(({ action, subjectId, details }): AuditRow => {
    number++
    const row = {
      number,
      at,
      actor,
      action,
      subject_id: subjectId,
      details: JSON.stringify(details),
    }
    hash = hashOf(hash, row)
    return { gallery_id, ...row, hash }
  })
  for (let i = 0; i < rows.length; i += batchSize) {
    await db
      .insertInto('audit_log')
      .values(rows.slice(i, i + batchSize))
      .execute()
  }
}

/** Hash of an entry and all entries before it. */
export function hashOf(
  previous: string,
  { number, at, actor, action, subject_id, details }: Omit<AuditRow, 'gallery_id' | 'hash'>,
): string {
  const content = JSON.stringify([previous, number, at, actor, action, subject_id, details])
  return createHash('sha256').update(content).digest('hex')
}
