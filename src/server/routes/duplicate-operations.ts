import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import type { DifferentPeople } from '../../gallery/different-people-store.js'
import { differentPeopleJson, duplicateJson } from '../../json/people-json.js'
import { operation } from '../operation.js'
import {
  cursorAfter,
  defaultLimit,
  inGallery,
  ofSubject,
  pageQuery,
  placeOf,
  subjectNamed,
  subjectNameSchema,
} from './parameters.js'
import { namedSubjectSchema, pageOf, similarity, time } from './shared-schemas.js'

const pair = z.array(namedSubjectSchema).min(2).max(2)

const duplicateSchema = z
  .object({
    subjects: pair.describe('Both subjects; whoever was added first comes first.'),
    similarity: similarity.describe('Similarity of their two most similar photos.'),
    probability: z
      .number()
      .nullable()
      .describe(
        'Probability that two photos of this similarity show one person, at even prior odds.',
      ),
  })
  .meta({ id: 'PossibleDuplicate' })

const differentSchema = z
  .object({ subjects: pair, created_at: time })
  .meta({ id: 'DifferentPeople' })

const tag = 'Subjects'

const ofPair = ofSubject.extend({
  other: subjectNameSchema.describe('Id or name of the other subject.'),
})
const pairPath = '/v1/galleries/{gallery}/subjects/{subject}/different-from/{other}'

export const duplicateOperations = [
  operation({
    id: 'listDuplicates',
    method: 'GET',
    path: '/v1/galleries/{gallery}/duplicates',
    scope: 'read',
    tag,
    summary: 'List pairs of subjects who are probably one person',
    description:
      'Their most similar photos are as similar as photos of one person are in this gallery. Merge the two, or record that they are different people. After a change of the gallery the first request compares all subjects, which takes about a second for 1,000 of them and six for 10,000. Later requests are answered at once. Where it takes more than ten seconds, the comparison goes on, and until it ends the answer is that of the comparison before: it may lag behind the gallery, and leaves out subjects that were changed or deleted since. Without one before, the answer is `overloaded`: ask again after the time in `Retry-After`.',
    params: inGallery,
    query: pageQuery,
    answers: [
      {
        status: 200,
        description: 'One page of pairs, most similar first.',
        schema: pageOf(duplicateSchema).extend({
          total: z.int().describe('Number of pairs on all pages, at most 1,000.'),
          likeness: similarity.describe(
            'Similarity from which two photos are as similar as photos of one person in this gallery.',
          ),
        }),
      },
    ],
    errors: ['wrong-model', 'wrong-cohort', 'not-calibrated', 'overloaded'],
    handle: async ({ server, agnize, query, signal, reply }) => {
      const { limit = defaultLimit, cursor } = query
      const { comparisonPatience: patience } = server
      const after = cursor ? pairAt(placeOf(cursor)) : undefined
      // Only where the people are still being compared: an answer has no such header.
      const later = () => void reply.header('retry-after', Math.max(1, Math.ceil(patience)))
      const { total, pairs, likeness } = await agnize.people
        .possibleDuplicates({ limit: limit + 1, ...(after && { after }), patience, signal })
        .catch((error: unknown) => {
          if (error instanceof AgnizeError && error.code === 'overloaded') later()
          throw error
        })
      const items = pairs.slice(0, limit)
      return {
        items: items.map(duplicateJson),
        next: pairs.length > limit ? cursorAfter(placeOfPair(items.at(-1)!)) : null,
        total,
        likeness: Number(likeness.toFixed(6)),
      }
    },
  }),
  operation({
    id: 'listDifferentPeople',
    method: 'GET',
    path: '/v1/galleries/{gallery}/different-people',
    scope: 'read',
    tag,
    summary: 'List pairs of subjects that are recorded as different people',
    params: inGallery,
    query: pageQuery,
    answers: [
      {
        status: 200,
        description: 'One page of results, oldest first.',
        schema: pageOf(differentSchema),
      },
    ],
    handle: async ({ agnize, query: { limit = defaultLimit, cursor } }) => {
      const after = cursor ? placeOf(cursor) : ''
      const rest = (await agnize.people.different()).filter((pair) => placeInTime(pair) > after)
      const items = rest.slice(0, limit)
      return {
        items: items.map(differentPeopleJson),
        next: rest.length > limit ? cursorAfter(placeInTime(items.at(-1)!)) : null,
      }
    },
  }),
  operation({
    id: 'markDifferent',
    method: 'PUT',
    path: pairPath,
    scope: 'enroll',
    tag,
    summary: 'Record that two subjects are different people',
    description:
      'The pair is no longer listed as a possible duplicate, nor named by an audit. It affects no recognition.',
    params: ofPair,
    answers: [{ status: 200, description: 'The record.', schema: differentSchema }],
    errors: ['unknown-subject'],
    handle: async ({ agnize, params }) =>
      differentPeopleJson(
        await agnize.people.markDifferent(
          await subjectNamed(agnize, params.subject),
          await subjectNamed(agnize, params.other),
        ),
      ),
  }),
  operation({
    id: 'unmarkDifferent',
    method: 'DELETE',
    path: pairPath,
    scope: 'enroll',
    tag,
    summary: 'Delete the record that two subjects are different people',
    params: ofPair,
    answers: [{ status: 204, description: 'There is no such record now.' }],
    errors: ['unknown-subject'],
    handle: async ({ agnize, params }) => {
      await agnize.people.unmarkDifferent(
        await subjectNamed(agnize, params.subject),
        await subjectNamed(agnize, params.other),
      )
    },
  }),
]

interface Placed {
  readonly subjects: readonly { readonly id: string; readonly name: string }[]
  readonly similarity: number
}

/** The place of a pair in the list, which it keeps when others are answered. */
const placeOfPair = ({ subjects, similarity }: Placed) =>
  [similarity, ...subjects.map(({ id }) => id)].join(' ')

/** The place of a record in the list of pairs of different people: their order by time and ids is that of these texts. */
const placeInTime = ({ subjects, createdAt }: DifferentPeople) =>
  [createdAt, ...subjects.map(({ id }) => id)].join(' ')

/** Inverse of {@link placeOfPair}, but for the names. */
function pairAt(place: string) {
  const [similarity = '', one, other, ...rest] = place.split(' ')
  if (
    !/^-?\d/.test(similarity) ||
    !Number.isFinite(Number(similarity)) ||
    !one ||
    !other ||
    rest.length > 0
  ) {
    throw new AgnizeError(
      'bad-argument',
      'The cursor is not one of this list: give the `next` of a page.',
    )
  }
  const subjects = [
    { id: one, name: '' },
    { id: other, name: '' },
  ] as const
  return { similarity: Number(similarity), subjects }
}
