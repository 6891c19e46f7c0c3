import { z } from 'zod'
import { defaultPhrase } from '../../greeting/phrase.js'
import type { Agnize } from '../../library/agnize.js'
import { requireMatch } from '../etag.js'
import { operation } from '../operation.js'
import { inGallery } from './parameters.js'

const tag = 'Greeting'

const greetingSchema = z
  .object({
    phrase: z.string().describe('Text of the greeting; `{names}` stands for the names.'),
    again_after_seconds: z.int().describe('Absence after which a subject is greeted again.'),
  })
  .meta({ id: 'Greeting' })

const defaultSeconds = 30

async function greetingJson(agnize: Agnize) {
  const { phrase, againAfter } = await agnize.gallery.greeting()
  return { phrase: phrase ?? defaultPhrase, again_after_seconds: againAfter ?? defaultSeconds }
}

export const greetingOperations = [
  operation({
    id: 'getGreeting',
    method: 'GET',
    path: '/v1/galleries/{gallery}/greeting',
    scope: 'identify',
    tag,
    summary: 'Get the greeting of recognized subjects',
    description:
      'A subject with a field `greeting` in its metadata is greeted with that phrase instead; `live` returns it with the track.',
    params: inGallery,
    answers: [{ status: 200, description: 'The greeting.', schema: greetingSchema }],
    handle: ({ agnize }) => greetingJson(agnize),
  }),
  operation({
    id: 'updateGreeting',
    method: 'PATCH',
    path: '/v1/galleries/{gallery}/greeting',
    scope: 'admin',
    tag,
    summary: 'Change the greeting',
    description:
      'Omitted fields stay unchanged; null restores the default. With `If-Match`, the change is made only if the greeting is unchanged since it was read.',
    params: inGallery,
    body: {
      kind: 'json',
      schema: z.strictObject({
        phrase: z.string().min(1).max(300).nullable().optional(),
        again_after_seconds: z.int().min(1).max(86_400).nullable().optional(),
      }),
    },
    answers: [
      { status: 200, description: 'The greeting after the change.', schema: greetingSchema },
    ],
    errors: ['changed-meanwhile'],
    handle: async ({ agnize, body, request }) => {
      requireMatch(request, await greetingJson(agnize))
      const { phrase, again_after_seconds: againAfter } = body
      await agnize.gallery.setGreeting({
        ...(phrase !== undefined && { phrase }),
        ...(againAfter !== undefined && { againAfter }),
      })
      return greetingJson(agnize)
    },
  }),
]
