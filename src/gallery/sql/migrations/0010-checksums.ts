import type { Migration } from 'kysely'
import { addChecksums } from '../checksums.js'
import type { Dialect } from './dialect.js'

/** Checksums of rows. */
export const checksums = ({ types, checksums: support }: Dialect): Migration => ({
  async up(db) {
    await support.prepare(db)
    await addChecksums(db, types.integer, (table) => support.fill(db, table))
  },
})
