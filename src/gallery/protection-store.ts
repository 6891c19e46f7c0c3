/** Protection of a gallery: one key per subject, sealed by keys of the gallery, sealed by a master key that is kept elsewhere. */
export interface ProtectionStore {
  isProtected(): Promise<boolean>
  /** Encrypts all biometric data. @throws AgnizeError `bad-argument` when the gallery is protected already. */
  protect(key: Uint8Array): Promise<void>
  /** Replaces the master key. @throws AgnizeError `bad-argument` when the gallery is not protected. */
  rotate(next: Uint8Array): Promise<void>
}
