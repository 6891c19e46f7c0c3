import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { diskError } from '../base/errors.js'
import { releasePart, removeAbandonedParts, reservePart } from '../base/write-file-atomically.js'
import { subjectLines } from '../gallery/archive/portable.js'
import type { AuditEntry } from '../gallery/audit-store.js'
import { objectOf } from '../gallery/json-columns.js'
import type { Store } from '../gallery/store.js'

/**
 * Writes everything that is held on a subject into one archive (.tar.gz): its data as JSON, each face as an image, the
 * decisions that name it, and its entries of the audit log.
 *
 * @throws AgnizeError `unknown-subject`, `disk-full`, `read-only`.
 */
export async function exportPerson(store: Store, name: string, path: string): Promise<void> {
  const { create } = await import('tar')
  const subject = await store.subject(name)
  const target = resolve(path)
  await mkdir(dirname(target), { recursive: true })
  await removeAbandonedParts(dirname(target))
  const folder = reservePart(join(dirname(target), '.agnize-export'))
  const file = reservePart(target)
  try {
    await mkdir(folder, { mode: 0o700 })
    const write = (name: string, content: string | Uint8Array) =>
      writeFile(join(folder, name), content, { mode: 0o600 })
    const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
    await write('README.txt', readme)
    await write('person.json', json({ ...subject, retention: await store.retention.get() }))
    await mkdir(join(folder, 'faces'))
    for (const [i, { crop, photo }] of (await store.faces(name)).entries()) {
      if (crop) await write(join('faces', `face-${i + 1}.jpg`), crop)
      else
        await write(
          join('faces', `face-${i + 1}.txt`),
          `Of ${photo}, the gallery keeps only a template and no picture.\n`,
        )
    }
    for (const [i, { crop }] of (await store.corrections.kept(name)).entries()) {
      await write(join('faces', `correction-${i + 1}.jpg`), crop)
    }
    const kept = []
    for await (const line of subjectLines(store, subject)) kept.push(JSON.stringify(line))
    await write('kept.jsonl', `${kept.join('\n')}\n`)
    const different = await store.different.of(name)
    await write('different.json', json(different.map(({ createdAt }) => ({ createdAt }))))
    const decisions = []
    for (const { number, at, payload, face } of await store.decisions.about(subject.id)) {
      const decision =
        payload === null
          ? null
          : aboutOnly(objectOf(payload, `entry ${number} of the log of decisions`), subject.id)
      decisions.push({ number, at, decision })
      // Where the decision is about another subject, the face is that subject's.
      if (face && decision?.subject) await write(join('faces', `decision-${number}.jpg`), face)
    }
    await write('decisions.json', json(decisions))
    const visits = await store.visits.list({
      limit: Number.MAX_SAFE_INTEGER,
      subjectId: subject.id,
    })
    for (const [i, { id, hasFace }] of visits.entries()) {
      if (hasFace) await write(join('faces', `visit-${i + 1}.jpg`), await store.visits.image(id))
    }
    await write('visits.json', json(visits))
    const done = []
    for await (const entry of store.audit.entries(subject.id)) {
      done.push(withoutOthers(entry, subject.id))
    }
    await write('audit.json', json(done))
    await store.audit.append({ action: 'access', subjectId: subject.id, details: {} })
    await create({ gzip: true, cwd: folder, file, portable: true }, ['.'])
    await chmod(file, 0o600)
    await rename(file, target)
  } catch (error) {
    throw diskError(error, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await rm(file, { force: true })
    releasePart(folder)
    releasePart(file)
  }
}

/** An entry of the audit log about two people, without the id of the other one. */
function withoutOthers(entry: AuditEntry, id: string): AuditEntry {
  const { subjects } = entry.details
  if (!Array.isArray(subjects)) return entry
  return {
    ...entry,
    details: { ...entry.details, subjects: subjects.filter((each) => each === id) },
  }
}

interface Named {
  readonly id: string
  readonly name: string
}

/** A recorded decision without the other subjects that it names. */
function aboutOnly(
  decision: {
    readonly subject?: Named | null
    readonly candidates?: readonly { readonly subject: Named }[]
  },
  id: string,
) {
  const { subject, candidates = [], ...rest } = decision
  return {
    ...rest,
    subject: subject?.id === id ? subject : null,
    candidates: candidates.filter((candidate) => candidate.subject.id === id),
  }
}

const readme = `All data that agnize holds about one person:

person.json      name, details, date of creation, and the date until which the data is kept
faces/           stored pictures of the face
kept.jsonl       the same faces with their templates: the numbers that a network computes from a face, as base64 of 32-bit floats
different.json   when somebody said that another person, whom these data do not name, only looks like this one
decisions.json   recorded decisions that name the person; other people are left out
visits.json      when the person was seen, and by which camera
audit.json       who did what with the data of the person, and when
`
