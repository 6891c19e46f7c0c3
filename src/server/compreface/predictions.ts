import type { Agnize } from '../../library/agnize.js'
import type { Verdict } from '../../recognition/decide.js'
import type { GallerySession } from '../../session/gallery-session.js'
import type { Settings } from '../settings.js'
import { belowEveryCut, Scale } from './scale.js'

/** A subject in CompreFace's JSON, with its similarity on CompreFace's scale. */
export interface Prediction {
  readonly subject: string
  readonly similarity: number
}

/** What CompreFace's `subjects` list of a face is made of. */
export interface PredictionOptions {
  /** Most entries. */
  readonly count: number
  readonly strangers: Settings['strangers']
}

/**
 * CompreFace's `subjects` lists for faces: the subjects most similar to each, by the similarity that decides. CompreFace lists
 * photos, so a subject comes once for each enrolled photo. A list is empty where nobody is enrolled, and with `strangers: 'empty'`
 * also for a face without a match. With `low`, no similarity but that of a match reaches 0.5.
 */
export async function predictionsOf(
  agnize: Agnize,
  session: GallerySession,
  verdicts: readonly Verdict[],
  { count, strangers }: PredictionOptions,
): Promise<Prediction[][]> {
  const { store } = await session.gallery()
  const { people } = await store.state()
  const scale = new Scale(await session.calibratedCard(), people)
  return Promise.all(
    verdicts.map(async (verdict) => {
      const listed: Prediction[] = []
      for (const candidate of ranked(verdict, strangers)) {
        if (listed.length >= count) break
        const { name } = candidate.subject
        const photos = count === 1 ? 1 : (await agnize.people.get(name)).templates
        const entry = { subject: name, similarity: similarityOf(candidate) }
        while (listed.length < count && listed.filter(isOf(name)).length < photos) {
          listed.push(entry)
        }
      }
      return listed.length > 0 || strangers === 'empty' ? listed : anybody(agnize)

      function similarityOf({ subject, similarity }: Ranked): number {
        const natural = scale.of(similarity)
        if (strangers === 'name') return natural
        if (verdict.answer !== 'match' || subject.id !== verdict.subject.id) {
          return Math.min(natural, belowEveryCut)
        }
        // A correction may have made a match of less.
        return Math.max(natural, scale.of(verdict.threshold.value))
      }
    }),
  )
}

const isOf = (name: string) => (entry: Prediction) => entry.subject === name

type Ranked = Pick<Verdict['candidates'][number], 'subject' | 'similarity'>

/** The subjects to list, the match first. */
function ranked(verdict: Verdict, strangers: Settings['strangers']): Ranked[] {
  const { candidates, threshold } = verdict
  if (strangers === 'name') return [...candidates]
  if (verdict.answer !== 'match') return strangers === 'empty' ? [] : [...candidates]
  const others = candidates.filter(
    ({ subject, similarity }) =>
      subject.id !== verdict.subject.id && (strangers === 'low' || similarity >= threshold.value),
  )
  return [verdict, ...others]
}

/** The first enrolled subject with no similarity, for a face that is compared with nobody: clients read the first subject unasked. */
async function anybody(agnize: Agnize): Promise<Prediction[]> {
  const { faces } = await agnize.people.faces({ limit: 1 })
  return faces.map(({ subject }) => ({ subject: subject.name, similarity: 0 }))
}
