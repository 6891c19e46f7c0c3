/** What protects a gallery: a key a subject, sealed by keys of the gallery, sealed by a key that is kept elsewhere. */
export interface ProtectionStore {
  isProtected(): Promise<boolean>
  /** Seals everything that is biometric. @throws AgnizeError `bad-argument` when it is protected already. */
  protect(key: Uint8Array): Promise<void>
  /** Exchanges the key. @throws AgnizeError `bad-argument` when it is not protected. */
  rotate(next: Uint8Array): Promise<void>
}
