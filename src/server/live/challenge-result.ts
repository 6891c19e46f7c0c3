import { AgnizeError } from '../../base/errors.js'
import type { Face } from '../../faces/face.js'
import type { ChallengedFace } from '../../gallery/challenge-store.js'
import type { Liveness } from '../../liveness/liveness.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { type Caller, idOf } from '../keys/caller.js'
import {
  type ResultContent,
  type ResultTokens,
  resultSeconds,
  unknownResult,
} from './result-tokens.js'

/** When a result that is made now expires. */
export const resultExpiry = () => new Date(Date.now() + resultSeconds * 1000).toISOString()

/** Makes the result of a challenge that was passed. */
export async function resultOf(
  { results }: { readonly results: ResultTokens },
  content: Omit<ResultContent, 'basis'>,
  basis: ResultContent['basis'],
): Promise<{ readonly result: string; readonly expires_at: string }> {
  return { result: await results.sign({ ...content, basis }), expires_at: content.expires }
}

/**
 * Uses the result of a challenge: the face that passed, once.
 *
 * @throws AgnizeError `liveness-result-unknown`, `liveness-result-used`, `liveness-result-expired`, `liveness-result-elsewhere`.
 */
export async function useResult(
  server: { readonly results: ResultTokens },
  session: GallerySession,
  caller: Caller,
  token: string,
): Promise<ChallengedFace & { readonly face: Face }> {
  const { store } = await session.gallery()
  const { challenge, basis } = await server.results.open(token, store.id, idOf(caller))
  const taken = await store.challenges.take(challenge)
  if (taken.outcome === 'taken') {
    const { width, height, face } = taken.face
    return { width, height, face: { ...face, liveness: passedBy(basis) } }
  }
  if (taken.outcome === 'unknown') throw unknownResult()
  throw new AgnizeError(
    'liveness-result-used',
    'This result was used before: begin another challenge.',
  )
}

/** Liveness of a face that passed; it has no score. */
const passedBy = (basis: ResultContent['basis']): Liveness => ({
  ...{ answer: 'live', score: null, threshold: 0, basis },
  ...{ reason: null, advice: null },
})
