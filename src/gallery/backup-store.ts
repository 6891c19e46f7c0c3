/** A backup or an export that was written. */
export interface BackupRecord {
  /** Path of the archive. */
  readonly path: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** An export is open to read. */
  readonly kind: 'backup' | 'export'
}

/** Where backups and exports of a gallery were written, so that it can be said which still hold somebody. */
export interface BackupStore {
  record(path: string, kind?: BackupRecord['kind']): Promise<void>
  /** Oldest first. */
  list(): Promise<BackupRecord[]>
}
