import type { ExpressionBuilder } from 'kysely'
import { currentWord } from '../../base/renamed-words.js'
import type { AuditEntry, AuditStore } from '../audit-store.js'
import type { LogCheck, LogPage } from '../chained-log.js'
import { objectOf } from '../json-columns.js'
import { type AuditRow, appendToAuditLog, hashOf, start } from './audit-chain.js'
import { batchSize } from './rows.js'
import type { SqlGallery } from './sql-gallery.js'
import type { Schema } from './tables.js'

/** A gallery's audit log in a database. */
export class SqlAudit implements AuditStore {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  async append(entry: Pick<AuditEntry, 'action' | 'subjectId' | 'details'>): Promise<void> {
    await this.#gallery.transact(async (db) => {
      await this.#gallery.database.lock(db, this.#gallery.id)
      await appendToAuditLog(db, this.#gallery, [entry])
    })
  }

  async *entries(subjectId?: string, after = 0): AsyncGenerator<AuditEntry, void, undefined> {
    for await (const row of this.#rows(subjectId, after)) {
      yield entryOf(row)
    }
  }

  latest({ before, limit, subjectId }: LogPage): Promise<AuditEntry[]> {
    return this.#gallery.read(async (db) => {
      let query = db
        .selectFrom('audit_log')
        .selectAll()
        .where('gallery_id', '=', this.#gallery.id)
        .orderBy('number', 'desc')
        .limit(limit)
      if (before !== undefined) query = query.where('number', '<', before)
      if (subjectId !== undefined) query = query.where(isAbout(subjectId))
      return (await query.execute()).map(entryOf)
    })
  }

  async verify(): Promise<LogCheck> {
    let [entries, last, head] = [0, 0, start]
    let broken: number | null = null
    for await (const { hash, ...row } of this.#rows()) {
      entries++
      if (row.number !== last + 1 || hashOf(head, row) !== hash) broken ??= row.number
      last = row.number
      head = hash
    }
    return { entries, erased: 0, broken, head }
  }

  async *#rows(subjectId?: string, from = 0): AsyncGenerator<AuditRow, void, undefined> {
    for (let after = from; ; ) {
      const rows = await this.#gallery.read((db) => {
        const query = db
          .selectFrom('audit_log')
          .selectAll()
          .where('gallery_id', '=', this.#gallery.id)
          .where('number', '>', after)
          .orderBy('number')
          .limit(batchSize)
        return (subjectId ? query.where(isAbout(subjectId)) : query).execute()
      })
      yield* rows
      if (rows.length < batchSize) return
      after = rows.at(-1)!.number
    }
  }
}

/** Actions on several subjects at once, whose ids are in the details. */
const actionsOnSeveral = ['view', 'mark-different', 'unmark-different'] as const

/** An action on two people who are, or are not, different. */
export type ActionOnPair = Exclude<(typeof actionsOnSeveral)[number], 'view'>

/** Whether an entry is about a subject: alone, or among others whose faces were shown together, or who were told apart. */
const isAbout =
  (subjectId: string) =>
  ({ and, eb, or }: ExpressionBuilder<Schema, 'audit_log'>) =>
    or([
      eb('subject_id', '=', subjectId),
      and([
        eb('subject_id', 'is', null),
        eb('action', 'in', actionsOnSeveral),
        eb('details', 'like', `%"${subjectId.replace(/[^0-9a-f-]/gi, '')}"%`),
      ]),
    ])

function entryOf({ number, at, actor, action, subject_id, details }: AuditRow): AuditEntry {
  return {
    ...{ number, at, actor, subjectId: subject_id },
    // Earlier versions wrote other words, which the chain of hashes covers.
    action: currentWord(action),
    details: objectOf(details, `entry ${number} of the audit log`),
  }
}
