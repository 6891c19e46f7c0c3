/** A record of a backup or an export. */
export interface BackupRecord {
  /** Path of the archive. */
  readonly path: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** `export` files are not encrypted by the gallery's key. */
  readonly kind: 'backup' | 'export'
}

/** Records of a gallery's backups and exports, from which an erasure tells which files may still hold a subject. */
export interface BackupStore {
  record(path: string, kind?: BackupRecord['kind']): Promise<void>
  /** All records, oldest first. */
  list(): Promise<BackupRecord[]>
}
