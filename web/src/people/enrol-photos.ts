import { photoForm } from '../../../src/client/index.js'
import { answerOf, api } from '../api.js'
import { explain } from '../parts/states.js'
import type { Texts } from '../texts/en.js'

/** A photo to enrol; `at` says which face. */
export interface PhotoToEnrol {
  readonly photo: File
  readonly at?: string
}

/** What came of it. */
export interface Enrolled {
  readonly added: number
  readonly problems: readonly string[]
}

/** Enrols photos of one person, one after the other; what is wrong with some does not hold up the others. */
export async function enrolPhotos(
  gallery: string,
  name: string,
  photos: readonly PhotoToEnrol[],
  texts: Texts,
): Promise<Enrolled> {
  let added = 0
  const problems: string[] = []
  for (const { photo, at } of photos) {
    try {
      const { enrolled, refused } = await answerOf(
        api.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
          params: { path: { gallery, subject: name }, query: at ? { at } : {} },
          ...photoForm({ photos: photo }),
        }),
      )
      added += enrolled.length
      for (const { warnings } of enrolled) {
        if (warnings.length > 0) {
          const reasons = warnings.map((each) => texts.reasons[each] ?? each)
          problems.push(`${photo.name}: ${texts.enrol.poor(reasons.join(', '))}`)
        }
      }
      for (const { detail } of refused) problems.push(`${photo.name}: ${detail}`)
    } catch (error) {
      problems.push(`${photo.name}: ${explain(error, texts.app)}`)
    }
  }
  return { added, problems }
}
