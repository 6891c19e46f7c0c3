import { Command } from 'commander'
import { counted } from '../base/counted.js'
import type { Audit, Finding } from '../evaluation/audit.js'
import { schemaVersion } from '../json/photo-json.js'
import { archiveCommands } from './archives.js'
import { exitCodes, rate, withAgnize } from './command-options.js'
import { logCommand } from './decision-log.js'
import { galleriesCommands } from './galleries.js'
import { migrateCommand } from './migrate.js'
import { protectionCommands } from './protection.js'
import { referencesCommand } from './references.js'
import { repairCommand } from './repair.js'
import { csvOption, numberCell, printCsv, printTable, type Row } from './table.js'
import { colors, print } from './terminal.js'

interface AuditOptions {
  readonly fpir?: number
  readonly out?: string
  readonly json?: boolean
  readonly csv?: boolean
}

/** `agnize gallery` */
export function galleryCommand(): Command {
  const gallery = new Command('gallery')
    .description('manage galleries: audit, backups, protection, change of model')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize gallery audit --out audit.html
  $ agnize gallery log on --days 14
  $ agnize gallery backup gallery.agnize
  $ agnize gallery migrate --to facenet`,
    )
  gallery
    .command('audit')
    .description('find duplicate and mixed-up people, misfiled photos, and people who look alike')
    .option('--fpir <rate>', 'share of strangers who may be named (default: 1e-3)', rate)
    .option('--out <file>', 'write a report page with the faces, readable only by you')
    .option('--json', 'one JSON object')
    .addOption(csvOption)
    .addHelpText(
      'after',
      `
Example:
  $ agnize gallery audit --out audit.html

Exit status: 0 no findings, 1 at least one finding.`,
    )
    .action((options: AuditOptions, command: Command) => auditGallery(options, command))
  gallery.addCommand(logCommand())
  gallery.addCommand(referencesCommand())
  const more = [
    ...galleriesCommands(),
    ...archiveCommands(),
    ...protectionCommands(),
    migrateCommand(),
    repairCommand(),
  ]
  for (const command of more) gallery.addCommand(command)
  return gallery
}

async function auditGallery(
  { fpir, out, json, csv }: AuditOptions,
  command: Command,
): Promise<void> {
  const { audit, writeAuditPage } = await import('../evaluation/index.js')
  await withAgnize(command, async (agnize, signal) => {
    const found = await audit(agnize, { signal, ...(fpir && { fpir }) })
    if (out) await writeAuditPage(agnize, found, out)
    if (json) {
      const { snakeCase } = await import('../evaluation/evaluation-json.js')
      print(JSON.stringify(snakeCase({ schemaVersion, ...found })))
    } else if (csv) printCsv(findingColumns, found.findings.map(findingRow))
    else await show(found, out)
    process.exitCode = found.findings.length > 0 ? exitCodes.noMatch : exitCodes.done
  })
}

const findingColumns = ['finding', 'who', 'photos', 'similarity', 'what to do']

function findingRow({ kind, subjects, faces, similarity, advice }: Finding): Row {
  return [
    kind,
    subjects.map(({ name }) => name).join(' · '),
    faces.map(({ photo }) => photo || '–').join(' · '),
    numberCell(similarity, 3),
    advice,
  ]
}

async function show(
  { people, photos, findings, corrections, thresholds }: Audit,
  out: string | undefined,
): Promise<void> {
  const { correctionHead, correctionRow, findingNames } = await import(
    '../evaluation/audit-page.js'
  )
  print(
    `${counted(people, 'person', 'people')}, ${counted(photos, 'photo')}. A search names a person at a similarity of ${thresholds.search.toFixed(3)} or more; two photos match at ${thresholds.comparison.toFixed(3)} or more.`,
  )
  for (const kind of Object.keys(findingNames) as Finding['kind'][]) {
    const own = findings.filter((finding) => finding.kind === kind)
    if (own.length === 0) continue
    print(colors.bold(findingNames[kind]))
    printTable(
      ['who', 'photos', kind === 'harmful' ? 'gain' : 'similarity', 'what to do'],
      own.map((finding) => findingRow(finding).slice(1)),
    )
  }
  if (findings.length === 0) print(colors.green('No photo needs attention.'))
  if (corrections.length > 0) {
    print(colors.bold('Corrections'))
    printTable(correctionHead, corrections.map(correctionRow))
  }
  if (out) print(`Page  ${out}`)
}
