import type { Embedding } from '../faces/embed.js'
import type { Face } from '../faces/face.js'

/** A challenge that a person is to follow. */
export interface StoredChallenge {
  readonly id: string
  /** Id of the API key that created it; null for a caller without one. */
  readonly keyId: string | null
  readonly nonce: string
  readonly steps: readonly string[]
  /** Whether the passive signal is judged too. */
  readonly passive: boolean
  /** ISO 8601, UTC. */
  readonly expiresAt: string
}

/** The face that follows a challenge, and the size of its frame. */
export interface ChallengedFace {
  readonly width: number
  readonly height: number
  readonly face: Omit<Face, 'liveness'> & { readonly embedding: Embedding }
}

/** What became of a result that was to be used. */
export type TakenResult =
  | { readonly outcome: 'taken'; readonly face: ChallengedFace }
  | { readonly outcome: 'used' | 'unknown' }

/** The challenges of a gallery, for some minutes each; servers delete expired ones. Backups do not contain them. */
export interface ChallengeStore {
  add(challenge: StoredChallenge): Promise<void>
  /**
   * Begins a challenge, once: of several callers, one gets it.
   *
   * @returns `taken` where it has begun before; `unknown` for one that does not exist, has expired, or is another key's.
   */
  begin(id: string, keyId: string | null): Promise<StoredChallenge | 'taken' | 'unknown'>
  /** Keeps the face that follows a challenge. */
  keepFace(id: string, face: ChallengedFace): Promise<void>
  /**
   * Ends a challenge.
   *
   * @param expiresAt - When it is deleted, with its face.
   * @returns Whether it was still there: false where it has expired.
   */
  end(id: string, state: 'passed' | 'failed', expiresAt: string): Promise<boolean>
  /**
   * Passes a challenge that the person could not follow, with a reason for the audit log.
   *
   * @param keyId - Only a challenge that this key or account created.
   * @returns `no-face` where none was seen yet.
   */
  override(
    id: string,
    reason: string,
    expiresAt: string,
    keyId?: string | null,
  ): Promise<'passed' | 'no-face' | 'unknown'>
  /** Uses the result of a passed challenge, once: of several callers, one gets the face, which is deleted. */
  take(id: string): Promise<TakenResult>
}
