import type { Migration } from 'kysely'
import { galleries } from './0001-galleries.js'
import { decisions } from './0002-decisions.js'
import { oneSchema, oneSchemaFromFirst } from './0003-one-schema.js'
import { vectors } from './0004-vectors.js'
import { protection } from './0005-protection.js'
import { server } from './0006-server.js'
import { consoleTables } from './0007-console.js'
import { cameras } from './0008-cameras.js'
import { jobAttempts } from './0009-job-attempts.js'
import { checksums } from './0010-checksums.js'
import { exportedFiles } from './0011-exports.js'
import { oneCrop, oneCropInSqlite } from './0012-one-crop.js'
import { detector } from './0013-detector.js'
import { cohort } from './0014-cohort.js'
import { vectorsApart } from './0015-vectors-apart.js'
import { challenges } from './0016-challenges.js'
import { accounts } from './0017-accounts.js'
import { watchedCameras } from './0018-watched-cameras.js'
import {
  accountIdentities,
  optionalPassword,
  optionalPasswordInSqlite,
} from './0019-account-identities.js'
import { cameraPrograms } from './0020-camera-programs.js'
import { differentPeople } from './0021-different-people.js'
import { type Dialect, postgres, sqlite } from './dialect.js'

/** Migrations of all databases since they share a schema. */
const shared = (dialect: Dialect): Record<string, Migration> => ({
  '0005-protection': protection(dialect),
  '0006-server': server(dialect),
  '0007-console': consoleTables(dialect),
  '0008-cameras': cameras(dialect),
  '0009-job-attempts': jobAttempts(dialect),
  '0010-checksums': checksums(dialect),
  '0011-exports': exportedFiles(dialect),
})

/** All migrations of an SQLite file, in order; a released migration is never edited. */
export const sqliteMigrations: Record<string, Migration> = {
  '0001-galleries': galleries,
  '0002-decisions': decisions,
  '0003-one-schema': oneSchemaFromFirst,
  ...shared(sqlite),
  '0012-one-crop': oneCropInSqlite,
  '0013-detector': detector(sqlite),
  '0014-cohort': cohort(sqlite),
  '0016-challenges': challenges(sqlite),
  '0017-accounts': accounts(sqlite),
  '0018-watched-cameras': watchedCameras(sqlite),
  '0019-account-identities': accountIdentities(sqlite, optionalPasswordInSqlite),
  '0020-camera-programs': cameraPrograms(sqlite),
  '0021-different-people': differentPeople(sqlite),
}

/** All migrations of a PostgreSQL database. */
export const postgresMigrations: Record<string, Migration> = {
  '0003-one-schema': oneSchema(postgres),
  '0004-vectors': vectors,
  ...shared(postgres),
  '0012-one-crop': oneCrop,
  '0013-detector': detector(postgres),
  '0014-cohort': cohort(postgres),
  '0015-vectors-apart': vectorsApart,
  '0016-challenges': challenges(postgres),
  '0017-accounts': accounts(postgres),
  '0018-watched-cameras': watchedCameras(postgres),
  '0019-account-identities': accountIdentities(postgres, optionalPassword),
  '0020-camera-programs': cameraPrograms(postgres),
  '0021-different-people': differentPeople(postgres),
}
