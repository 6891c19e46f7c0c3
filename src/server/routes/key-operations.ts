import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import type { ServerContext } from '../context.js'
import { orDeprecated } from '../deprecated-values.js'
import { type Caller, scopes, sees, services } from '../keys/caller.js'
import { type ApiKey, keyJson } from '../keys/key-store.js'
import { operation } from '../operation.js'
import { time } from './shared-schemas.js'

const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    galleries: z.array(z.string()).describe('Names of galleries, or `*` for all.'),
    service: z
      .enum(services)
      .nullable()
      .describe("Service of CompreFace's API that accepts the key."),
    requests_per_minute: z.int().nullable(),
    photos_per_day: z.int().nullable(),
    created_at: time,
    expires_at: time.nullable(),
  })
  .meta({ id: 'Key' })

const newKeySchema = keySchema
  .extend({ key: z.string().describe('The key itself, shown only in this response.') })
  .meta({ id: 'NewKey' })

const ofKey = z.object({ key: z.string().min(1).max(100).describe('Id of the key.') })

/** Whether a key's galleries are a subset of those that the caller may access. */
const within = (caller: Caller, galleries: readonly string[]) =>
  galleries.every((name) => (name === '*' ? caller.galleries.includes('*') : sees(caller, name)))

/** A key that the caller may manage. @throws AgnizeError `unknown-key`. */
async function keyOf(server: ServerContext, caller: Caller, id: string): Promise<ApiKey> {
  const key = await server.keys.get(id)
  if (within(caller, key.galleries)) return key
  throw new AgnizeError(
    'unknown-key',
    `There is no key ${JSON.stringify(id)}: list the keys to find its id.`,
  )
}

const count = z.int().min(1).max(1_000_000_000).nullable().optional()

export const keyOperations = [
  operation({
    id: 'listKeys',
    method: 'GET',
    path: '/v1/keys',
    scope: 'admin',
    tag: 'Keys',
    summary: "List the keys of the caller's galleries, without their secrets",
    answers: [
      {
        status: 200,
        description: 'The keys, oldest first.',
        schema: z.object({ items: z.array(keySchema) }),
      },
    ],
    handle: async ({ server, caller }) => {
      const all = await server.keys.list()
      return { items: all.filter(({ galleries }) => within(caller, galleries)).map(keyJson) }
    },
  }),
  operation({
    id: 'createKey',
    method: 'POST',
    path: '/v1/keys',
    scope: 'admin',
    tag: 'Keys',
    summary: 'Create a key',
    description: 'The key is shown only in this response.',
    secret: true,
    body: {
      kind: 'json',
      schema: z.strictObject({
        name: z.string().min(1).max(200).describe('Name of the key, such as its use.'),
        scopes: z
          .array(orDeprecated(z.enum(scopes), 'enrol'))
          .min(1)
          .max(scopes.length),
        galleries: z.array(z.string().min(1).max(100)).min(1).max(1000),
        service: z.enum(services).nullable().optional(),
        requests_per_minute: count,
        photos_per_day: count,
        expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
        key: z.uuid().optional().describe('Existing key of a CompreFace installation to use.'),
      }),
    },
    answers: [{ status: 201, description: 'The key.', schema: newKeySchema }],
    errors: ['forbidden', 'bad-argument'],
    handle: async ({ server, caller, body }) => {
      if (!within(caller, body.galleries)) {
        throw new AgnizeError(
          'forbidden',
          'A key cannot create a key for galleries that it does not have itself.',
        )
      }
      const { key, apiKey } = await server.keys.create({
        name: body.name,
        scopes: [...new Set(body.scopes)],
        galleries: [...new Set(body.galleries)],
        service: body.service,
        requestsPerMinute: body.requests_per_minute,
        photosPerDay: body.photos_per_day,
        expiresAt: body.expires_at && new Date(body.expires_at).toISOString(),
        key: body.key,
      })
      return { ...keyJson(apiKey), key }
    },
  }),
  operation({
    id: 'rotateKey',
    secret: true,
    method: 'POST',
    path: '/v1/keys/{key}/rotate',
    scope: 'admin',
    tag: 'Keys',
    summary: 'Replace a key by a new one',
    description: 'The new key has the same rights; the old one is refused at once.',
    params: ofKey,
    answers: [{ status: 200, description: 'The new key.', schema: newKeySchema }],
    errors: ['unknown-key'],
    handle: async ({ server, caller, params }) => {
      const { keyId } = await keyOf(server, caller, params.key)
      const { key, apiKey } = await server.keys.rotate(keyId)
      return { ...keyJson(apiKey), key }
    },
  }),
  operation({
    id: 'revokeKey',
    method: 'DELETE',
    path: '/v1/keys/{key}',
    scope: 'admin',
    tag: 'Keys',
    summary: 'Revoke a key with immediate effect',
    params: ofKey,
    answers: [{ status: 204, description: 'Revoked.' }],
    errors: ['unknown-key'],
    handle: async ({ server, caller, params }) => {
      await server.keys.revoke((await keyOf(server, caller, params.key)).keyId)
    },
  }),
]
