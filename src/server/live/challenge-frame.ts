import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { checked } from '../check.js'
import { parseJson } from '../photos/json.js'

/** A frame of a challenge. */
const frameSchema = z.strictObject({
  nonce: z.string().max(200),
  time: z.number(),
  frame: z.base64().min(1),
})

/**
 * Reads a frame of a challenge: JSON with the nonce, the time and the picture in base64.
 *
 * @throws AgnizeError `bad-argument`.
 */
export function readChallengeFrame(
  message: Buffer,
  isBinary: boolean,
): { readonly nonce: string; readonly time: number; readonly bytes: Buffer } {
  const json = isBinary ? undefined : parsed(message)
  if (json === undefined) {
    throw new AgnizeError(
      'bad-argument',
      'Send the frames of a challenge as text: {"nonce", "time", "frame"}, the frame a JPEG in base64.',
    )
  }
  if (typeof json === 'object' && json !== null && ('faces' in json || 'embedding' in json)) {
    throw new AgnizeError(
      'bad-argument',
      'A challenge is judged on pictures: send frames, not embeddings that a client computed.',
    )
  }
  const { nonce, time, frame } = checked(frameSchema, json, 'The message')
  return { nonce, time, bytes: Buffer.from(frame, 'base64') }
}

function parsed(message: Buffer): unknown {
  try {
    return parseJson(message)
  } catch {
    return undefined
  }
}
