import { randomBytes, randomInt } from 'node:crypto'
import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { newId } from '../../gallery/sql/rows.js'
import {
  areSufficient,
  challengeSteps,
  defaultSteps,
  drawSteps,
} from '../../liveness/challenge/steps.js'
import { livenessModes } from '../../liveness/liveness.js'
import { accountByPassword } from '../accounts/sign-in.js'
import { accountCaller, actorOf, idOf, requireScope, sees, unknownGallery } from '../keys/caller.js'
import { unknownChallenge } from '../live/challenge-connection.js'
import { resultExpiry, resultOf } from '../live/challenge-result.js'
import { type Call, operation } from '../operation.js'
import { actingAs } from '../served-galleries.js'
import { flag, inGallery } from './parameters.js'
import { credentials, time } from './shared-schemas.js'

const tag = 'Liveness'

/** Seconds from the creation of a challenge until it is no longer accepted. Judgment: a person has to come before the camera, and follows for 30 s. */
const challengeSeconds = 120

const challengeSchema = z
  .object({
    id: z.string(),
    nonce: z.string().describe('What every frame has to repeat.'),
    steps: z.int().describe('Number of steps; each is announced when its turn comes.'),
    expires_at: time,
  })
  .meta({ id: 'LivenessChallenge' })

const demandedSchema = z
  .object({
    live: z
      .enum(livenessModes)
      .describe(
        'What is demanded of live frames; frames of embeddings are refused unless it is `off`.',
      ),
    challenge: z.boolean().describe('Whether the kiosk greets only who has followed a challenge.'),
  })
  .meta({ id: 'DemandedLiveness' })

const reason = z.string().trim().min(1).max(500).describe('Why, for the audit log.')

const resultSchema = z
  .object({
    result: z.string().describe('Signed; accepted once, by `identify` or `verify`.'),
    expires_at: time,
    basis: z.enum(['override']),
  })
  .meta({ id: 'LivenessResult' })

export const livenessOperations = [
  operation({
    id: 'getLiveness',
    method: 'GET',
    path: '/v1/galleries/{gallery}/liveness',
    scope: 'identify',
    tag,
    summary: 'Get the liveness check that the server requires of live faces',
    params: inGallery,
    answers: [{ status: 200, description: 'What is demanded.', schema: demandedSchema }],
    handle: async ({ server }) => {
      const { liveness, challenge } = server.settings
      return { live: liveness, challenge }
    },
  }),
  operation({
    id: 'createChallenge',
    method: 'POST',
    path: '/v1/galleries/{gallery}/liveness',
    scope: 'identify',
    tag,
    summary: 'Create a challenge that a person follows before the camera',
    description:
      'The frames go over the WebSocket of `live` with `?challenge=ID`, as text messages `{"nonce", "time", "frame"}`: the time in milliseconds rises from frame to frame, the frame is a JPEG in base64. Each is answered by `{"type": "challenge", "frame", "state", "instruction", "done", "steps", "progress", "reason", "advice", "width", "height", "box"}`; `state` is `waiting`, `running`, `passed` or `failed`. A passed one has a `result` and its `expires_at`: `identify` and `verify` accept it once, within 60 s, in this gallery and with this key, in place of the photo.',
    params: inGallery,
    query: z.object({
      passive: flag
        .optional()
        .describe('Whether the passive check also applies to the first frames; default true.'),
    }),
    body: {
      kind: 'json',
      schema: z.strictObject({
        steps: z
          .array(z.enum(challengeSteps))
          .min(1)
          .max(challengeSteps.length)
          .optional()
          .describe(
            'Steps that the person can perform, at least one of them a turn; at most three are chosen, in random order. Default: all except `blink`.',
          )
          .meta({ uniqueItems: true, contains: { enum: ['turn-left', 'turn-right'] } }),
      }),
    },
    secret: true,
    answers: [{ status: 201, description: 'The challenge.', schema: challengeSchema }],
    handle: async ({ session, caller, body, query }) => {
      const among = body.steps ?? defaultSteps
      if (!areSufficient(among)) {
        throw new AgnizeError(
          'bad-argument',
          'A challenge needs turn-left or turn-right, and no step twice: name one of them.',
        )
      }
      const steps = drawSteps(among, (end) => randomInt(end))
      const challenge = {
        ...{ id: newId(), keyId: idOf(caller), nonce: randomBytes(16).toString('base64url') },
        ...{ steps, passive: query.passive ?? true },
        expiresAt: new Date(Date.now() + challengeSeconds * 1000).toISOString(),
      }
      const { store } = await session.gallery()
      await store.challenges.add(challenge)
      const { id, nonce, expiresAt } = challenge
      return { id, nonce, steps: steps.length, expires_at: expiresAt }
    },
  }),
  operation({
    id: 'overrideChallenge',
    method: 'POST',
    path: '/v1/galleries/{gallery}/liveness/{id}/override',
    scope: 'admin',
    tag,
    summary: 'Vouch for a person who cannot follow a challenge',
    description:
      'For the face that the challenge saw, which must have looked straight. The reason is kept in the audit log. The result is for the key of this request.',
    params: inGallery.extend({ id: z.string().min(1).max(100) }),
    body: {
      kind: 'json',
      schema: z.strictObject({ reason }),
    },
    secret: true,
    answers: [{ status: 201, description: 'The result.', schema: resultSchema }],
    errors: ['unknown-challenge', 'no-face'],
    handle: ({ server, session, caller, params, body }) =>
      passWithout({ server, session, caller }, params.id, body.reason),
  }),
  operation({
    id: 'vouchAtChallenge',
    method: 'POST',
    path: '/v1/galleries/{gallery}/liveness/{id}/vouch',
    scope: 'identify',
    tag,
    summary: 'Vouch at a kiosk for a person who cannot follow a challenge',
    description:
      'Like `override`, but requires in the body a key of the scope `admin`, or the name and password of an administrator, who stands beside the person; attempts are limited like those to sign in. The result is for the key of this request, which must have created the challenge. Nobody is signed in.',
    params: inGallery.extend({ id: z.string().min(1).max(100) }),
    body: {
      kind: 'json',
      schema: z.union([
        z.strictObject({ reason, key: z.string().min(1).max(200) }),
        z.strictObject({ reason, ...credentials }),
      ]),
      kilobytes: 6,
    },
    secret: true,
    answers: [{ status: 201, description: 'The result.', schema: resultSchema }],
    errors: ['unauthorized', 'wrong-password', 'unknown-challenge', 'no-face', 'overloaded'],
    handle: async (call) => {
      const { server, session, caller, params, gallery, body, request } = call
      const voucher =
        'key' in body
          ? await server.authentication.check(body.key.trim(), request)
          : accountCaller((await accountByPassword(call, body.name, body.password)).account, '')
      requireScope(voucher, 'admin')
      if (!sees(voucher, gallery)) throw unknownGallery(gallery)
      return actingAs(actorOf(voucher), () =>
        passWithout({ server, session, caller }, params.id, body.reason, idOf(caller)),
      )
    },
  }),
]

/**
 * Passes a challenge that the person cannot follow, by the current actor.
 *
 * @param caller - Whose the result is.
 * @param creator - Id of the key or account that must have created the challenge; default any.
 * @throws AgnizeError `unknown-challenge`; `no-face`.
 */
async function passWithout(
  { server, session, caller }: Pick<Call<never, never, never>, 'server' | 'session' | 'caller'>,
  challenge: string,
  reason: string,
  creator?: string | null,
) {
  const { store } = await session.gallery()
  const expires = resultExpiry()
  const done = await store.challenges.override(challenge, reason, expires, creator)
  if (done === 'unknown') throw unknownChallenge()
  if (done === 'no-face') {
    throw new AgnizeError(
      'no-face',
      'The challenge has not seen a face that looks straight ahead: ask the person to look into the camera first.',
    )
  }
  const content = { challenge, gallery: store.id, key: idOf(caller), expires }
  return { ...(await resultOf(server, content, 'override')), basis: 'override' as const }
}
