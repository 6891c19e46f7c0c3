/** A record of a backup or an export. */
export interface BackupRecord {
  /** Path of the archive. */
  readonly path: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** `export` files are not encrypted by the gallery's key. */
  readonly kind: 'backup' | 'export'
}

/** Where backups and exports of a gallery were written, so that it can be said which still hold somebody. */
export interface BackupStore {
  record(path: string, kind?: BackupRecord['kind']): Promise<void>
  /** Oldest first. */
  list(): Promise<BackupRecord[]>
}
