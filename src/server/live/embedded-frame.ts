import { z } from 'zod'
import type { CheckedProbe } from '../../application/identification.js'
import { AgnizeError } from '../../base/errors.js'
import { checked } from '../check.js'
import { parseJson } from '../photos/json.js'
import { boxSchema, givenQuality } from '../routes/shared-schemas.js'

/** Most faces of a frame, since each costs a search. Judgment. */
export const maxLiveFaces = 64
/** Size of the largest message with that many faces, in bytes. */
const maxFrameBytes = 512_000

/** A frame whose faces the client detected and embedded; the client does not send the frame itself. */
const frameSchema = z.strictObject({
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  model: z.string().max(200).describe('Id of the model in use.'),
  faces: z
    .array(
      z.strictObject({
        box: boxSchema,
        quality: givenQuality,
        embedding: z
          .string()
          .max(30_000)
          .regex(/^[A-Za-z0-9+/\s]*={0,2}\s*$/, 'no base64')
          .describe('Little-endian float32.'),
      }),
    )
    .max(maxLiveFaces),
})

/** A face of an embedded frame, as it is searched and tracked. */
export type EmbeddedFace = Omit<CheckedProbe, 'liveness'> & {
  readonly box: z.infer<typeof boxSchema>
}

/** Parses an embedded frame. @throws AgnizeError `bad-argument`, `request-too-large`. */
export function readEmbeddedFrame(message: Buffer): {
  readonly width: number
  readonly height: number
  readonly faces: readonly EmbeddedFace[]
} {
  if (message.length > maxFrameBytes) {
    throw new AgnizeError(
      'request-too-large',
      `The faces of a frame are more than ${maxFrameBytes / 1000} kB: send the ${maxLiveFaces} largest.`,
    )
  }
  const { width, height, model, faces } = checked(frameSchema, json(message), 'The message')
  return {
    width,
    height,
    faces: faces.map(({ box, quality, embedding }) => ({
      box,
      quality,
      embedding: { model, vector: floats(embedding) },
    })),
  }
}

function json(message: Buffer): unknown {
  try {
    return parseJson(message)
  } catch (cause) {
    throw new AgnizeError(
      'bad-argument',
      'Send frames as binary messages (JPEG, PNG or WebP), or faces of a frame as JSON.',
      { cause },
    )
  }
}

function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64')
  const floats = new Float32Array(bytes.length >> 2)
  for (let i = 0; i < floats.length; i++) floats[i] = bytes.readFloatLE(4 * i)
  return floats
}
