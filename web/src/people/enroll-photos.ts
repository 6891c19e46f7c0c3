import { photoForm } from '../../../src/client/index.js'
import { api, unwrap } from '../api.js'
import { explain, sentenceOf } from '../parts/states.js'
import type { Texts } from '../texts/en/index.js'

/** A photo to enroll; `at` is a point in the face. */
export interface PhotoToEnroll {
  readonly photo: File
  readonly at?: string
}

/** The result of enrolling photos. */
export interface Enrolled {
  readonly added: number
  readonly problems: readonly string[]
}

/** Enrolls photos of one person, one after the other; a failed photo does not stop the others. */
export async function enrollPhotos(
  gallery: string,
  name: string,
  photos: readonly PhotoToEnroll[],
  texts: Texts,
): Promise<Enrolled> {
  let added = 0
  const problems: string[] = []
  for (const { photo, at } of photos) {
    try {
      const { enrolled, refused } = await unwrap(
        api.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
          params: { path: { gallery, subject: name }, query: at ? { at } : {} },
          ...photoForm({ photos: photo }),
        }),
      )
      added += enrolled.length
      for (const { warnings } of enrolled) {
        if (warnings.length > 0) {
          const reasons = warnings.map((each) => texts.reasons[each] ?? each)
          problems.push(`${photo.name}: ${texts.enroll.poor(reasons.join(', '))}`)
        }
      }
      for (const each of refused) problems.push(`${photo.name}: ${sentenceOf(each, texts)}`)
    } catch (error) {
      problems.push(`${photo.name}: ${explain(error, texts)}`)
    }
  }
  return { added, problems }
}
