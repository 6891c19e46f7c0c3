import { z } from 'zod'
import { operation } from '../operation.js'
import { inGallery } from './parameters.js'
import { receiptSchema } from './subject-operations.js'

const tag = 'Retention'

export const retentionOperations = [
  operation({
    id: 'listDue',
    method: 'GET',
    path: '/v1/galleries/{gallery}/due',
    scope: 'read',
    tag,
    summary: 'List the subjects whose retention period has ended',
    params: inGallery,
    answers: [
      {
        status: 200,
        description: 'The subjects, longest overdue first.',
        schema: z.object({
          items: z.array(
            z.object({
              subject: z.object({ id: z.string(), name: z.string() }),
              since: z.string(),
              until: z.string(),
            }),
          ),
        }),
      },
    ],
    handle: async ({ agnize }) => ({ items: await agnize.gallery.due() }),
  }),
  operation({
    id: 'eraseDue',
    method: 'POST',
    path: '/v1/galleries/{gallery}/due/erase',
    scope: 'admin',
    tag,
    summary: 'Erase the subjects whose retention period has ended',
    params: inGallery,
    endless: true,
    answers: [
      {
        status: 200,
        description: 'A signed receipt for each subject.',
        schema: z.object({ receipts: z.array(receiptSchema) }),
      },
    ],
    handle: async ({ agnize }) => ({ receipts: await agnize.gallery.expire() }),
  }),
]
