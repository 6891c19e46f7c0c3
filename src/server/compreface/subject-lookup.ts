import { AgnizeError } from '../../base/errors.js'
import { comparableProbe } from '../../gallery/search/candidate.js'
import type { Agnize } from '../../library/agnize.js'
import type { IdentifiedFace } from '../../recognition/decide.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { refusals } from './refusal.js'
import type { Scale } from './scale.js'

const folded = (text: string) => text.normalize('NFC').trim().toLowerCase()

/** A subject's stored name, looked up without regard to case; undefined where there is none. */
export async function knownName(agnize: Agnize, name: string): Promise<string | undefined> {
  try {
    return (await agnize.people.get(name)).name
  } catch (error) {
    if (!(error instanceof AgnizeError)) throw error
    if (error.code === 'bad-name') return undefined
    if (error.code !== 'unknown-subject') throw error
  }
  const alike = await agnize.people.list({ search: name.trim() })
  return alike.find((person) => folded(person.name) === folded(name))?.name
}

/** {@link knownName} for a subject that must exist. @throws CompreFaceError */
export async function requireName(agnize: Agnize, name: string): Promise<string> {
  const known = await knownName(agnize, name)
  if (known !== undefined) return known
  throw refusals.unknownSubject(name)
}

/** The subject of an enrolled photo, and the photo's similarity to a probe. */
interface Example {
  readonly subject: string
  readonly similarity: number
}

/** The examples most similar to an embedding, best first. CompreFace counts photos, so a subject may be listed twice. */
export async function examplesOf(
  session: GallerySession,
  vector: Float32Array,
  count: number,
): Promise<Example[]> {
  const gallery = await session.gallery()
  const { store } = gallery
  const { model } = await store.state()
  if (model === null) return []
  const measure = await session.measure()
  const probe = comparableProbe(store.people, vector, measure)
  // The `count` most similar photos all belong to the `count` most similar subjects.
  const { candidates } = await gallery.search(model, [vector], {
    measure,
    ...{ fusion: 'best', limit: count },
  })
  const examples: Example[] = []
  for (const { subject } of candidates[0]!) {
    const person = await store.people.named(subject.name).catch(() => undefined)
    for (const template of person?.templates ?? []) {
      examples.push({
        subject: subject.name,
        similarity: measure.similarity(probe, {
          vector: template.vector,
          offset: measure.offset(() => store.people.reveal(template.vector)),
        }),
      })
    }
  }
  return examples.sort((a, b) => b.similarity - a.similarity).slice(0, count)
}

/**
 * CompreFace's `subjects` list for a face. With `leaveOut`, it is empty for a face without a match, and the matched
 * subject comes first.
 *
 * @param leaveOut - Whether agnize's threshold applies; else the nearest examples are listed, as CompreFace does.
 */
export async function predictions(
  session: GallerySession,
  face: IdentifiedFace,
  {
    count,
    leaveOut,
    scale,
  }: { readonly count: number; readonly leaveOut: boolean; readonly scale: Scale },
): Promise<{ subject: string; similarity: number }[]> {
  if (leaveOut && face.answer !== 'match') return []
  let examples = await examplesOf(session, face.embedding.vector, count)
  if (leaveOut && examples[0]?.subject !== face.subject!.name) {
    // A more similar subject matches another face in the photo, or a correction rules it out.
    examples = [{ subject: face.subject!.name, similarity: face.similarity! }]
  }
  return examples
    .filter(
      ({ similarity }) =>
        !leaveOut || similarity >= Math.min(face.threshold.value, face.similarity!),
    )
    .map(({ subject, similarity }) => ({ subject, similarity: scale.of(similarity) }))
}
