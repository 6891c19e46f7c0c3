import { dirname, resolve } from 'node:path'
import { counted } from '../base/counted.js'
import { diskError } from '../base/errors.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import type { Agnize } from '../library/agnize.js'
import type { Audit, AuditedCorrection, Finding } from './audit.js'
import { makeFolder, ownerOnlyMode } from './embed-photos.js'
import { escaped, page, table } from './page.js'

/** Display name of each kind of finding. */
export const findingNames: Record<Finding['kind'], string> = {
  one_person_two_names: 'One person under two names?',
  two_people_one_name: 'Two people under one name?',
  inseparable: 'Hard to tell apart',
  outlier: 'A photo unlike the others',
  harmful: 'A photo that worsens the others’ matches',
}

/** Columns of {@link correctionRow}. */
export const correctionHead = ['date', 'photo', '', 'person', 'similarity to them']

/** A correction as a table row. */
export function correctionRow({
  createdAt,
  photo,
  kind,
  subject,
  similarity,
}: AuditedCorrection): string[] {
  const verb = kind === 'not' ? 'is not' : 'is'
  return [createdAt.slice(0, 10), photo || '–', verb, subject.name, similarity?.toFixed(3) ?? '–']
}

/**
 * Writes an audit as a self-contained HTML file with the faces that each finding rests on.
 *
 * @param agnize - Opened with the audited gallery.
 * @param audit - From `audit`.
 * @param path - HTML file to write; only its owner can read it.
 * @throws AgnizeError `disk-full`, `read-only`.
 * @example
 * ```ts
 * import { openAgnize } from 'agnize'
 * import { audit, writeAuditPage } from 'agnize/evaluation'
 *
 * await using agnize = await openAgnize()
 * await writeAuditPage(agnize, await audit(agnize), 'audit.html')
 * ```
 */
export async function writeAuditPage(agnize: Agnize, audit: Audit, path: string): Promise<void> {
  const { findings, corrections, people, photos, thresholds } = audit
  const ids = findings.flatMap(({ faces }) => faces.map(({ templateId }) => templateId))
  const crops = await agnize.people.crops([...new Set(ids)])
  const picture = (templateId: string, name: string) => {
    const crop = crops.get(templateId)
    const data = crop && Buffer.from(crop).toString('base64')
    return data
      ? `<span class="face"><img alt="a face of ${escaped(name)}" src="data:image/jpeg;base64,${data}"></span>`
      : '<span class="noface">no photo</span>'
  }
  const sections = (Object.keys(findingNames) as Finding['kind'][]).map((kind) => {
    const own = findings.filter((finding) => finding.kind === kind)
    if (own.length === 0) return ''
    return `<h2>${findingNames[kind]}</h2>${own
      .map(
        ({ faces, similarity, advice, kind }) => `<figure class="finding">
${faces.map(({ templateId, subject }) => picture(templateId, subject.name)).join('')}
<figcaption><strong>${faces.map(({ subject, photo }) => `${escaped(subject.name)} <span class="small">${escaped(photo)}</span>`).join(' · ')}</strong><br>
${kind === 'harmful' ? `without it, the others gain ${similarity.toFixed(3)}` : `similarity ${similarity.toFixed(3)}`}. ${escaped(advice)}</figcaption></figure>`,
      )
      .join('\n')}`
  })
  const html = page('Audit of the gallery', [
    '<h1>Audit of the gallery</h1>',
    `<p>${counted(people, 'person', 'people')}, ${counted(photos, 'photo', 'photos')}. A search names a person at a similarity of ${thresholds.search.toFixed(3)} or more; two photos match at ${thresholds.comparison.toFixed(3)} or more.</p>`,
    findings.length === 0 ? '<p><strong>Nothing was found.</strong></p>' : '',
    ...sections,
    corrections.length > 0
      ? `<h2>Corrections</h2>${table(correctionHead, corrections.map(correctionRow))}`
      : '',
  ])
  await makeFolder(dirname(resolve(path)))
  try {
    await writeFileAtomically(path, Buffer.from(html), ownerOnlyMode)
  } catch (error) {
    throw diskError(error, path)
  }
}
