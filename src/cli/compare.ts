import { Command } from 'commander'
import { counted } from '../base/counted.js'
import type { Comparison } from '../evaluation/comparison.js'
import { positiveInteger } from './command-options.js'
import { csvOption, numberCell, printCsv, printTable, type Row } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

interface Options {
  readonly out?: string
  readonly bootstrap?: number
  readonly seed?: number
  readonly json?: boolean
  readonly csv?: boolean
}

/** `agnize compare` */
export function compareCommand(): Command {
  return new Command('compare')
    .description('compare runs of agnize evaluate on the same pairs')
    .argument('<run...>', 'folders that agnize evaluate wrote, or files of embeddings')
    .option('--out <folder>', 'write a report page and the figures to this folder')
    .option('--bootstrap <n>', 'bootstrap replicates (default: 1000)', positiveInteger)
    .option('--seed <n>', 'seed of the random numbers (default: 1)', positiveInteger)
    .option('--json', 'one JSON object')
    .addOption(csvOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize evaluate people/ --out a
  $ agnize evaluate people/ --model buffalo --out b
  $ agnize compare a b --out a-or-b

The other runs are compared with the first.`,
    )
    .action(async (runs: string[], options: Options) => {
      const { compare } = await import('../evaluation/compare.js')
      const comparison = await compare(runs, {
        ...(options.out && { out: options.out }),
        ...(options.bootstrap && { replicates: options.bootstrap }),
        ...(options.seed && { seed: options.seed }),
      })
      if (options.json) {
        const { snakeCase } = await import('../evaluation/evaluation-json.js')
        printJson(snakeCase({ schemaVersion: 2, ...comparison }))
      } else await showComparison(comparison, options)
    })
}

const figureColumns = [
  ...['run', 'model', 'figure', 'value', 'low', 'high'],
  ...['difference', 'difference low', 'difference high'],
]

function figureRows({ runs }: Comparison): Row[] {
  return runs.flatMap(({ run, model, figures }) =>
    figures.map(({ figure, estimate, difference }) => [
      ...[run, model, figure],
      ...[estimate, difference].flatMap((each) =>
        [each?.value, each?.low, each?.high].map((value) => numberCell(value, 6)),
      ),
    ]),
  )
}

/** Prints a comparison. */
export async function showComparison(
  comparison: Comparison,
  { csv }: { readonly csv?: boolean | undefined },
): Promise<void> {
  if (csv) return printCsv(figureColumns, figureRows(comparison))
  const { differenceText, figureName, figureText } = await import(
    '../evaluation/comparison-page.js'
  )
  const { runs, photos, people, genuinePairs, impostorPairs } = comparison
  print(
    `${counted(photos, 'photo')} of ${counted(people, 'person', 'people')} in all runs: ${genuinePairs.toLocaleString('en')} genuine and ${counted(impostorPairs, 'impostor pair')}.`,
  )
  for (const [i, { run, model, failures, figures }] of runs.entries()) {
    print(`${colors.bold(run)}  ${model}, ${counted(failures, 'photo')} without a usable face`)
    printTable(
      ['', '', ...(i === 0 ? [] : [`difference from ${runs[0]!.run}, percentage points`])],
      figures.map((figure) => [
        figureName(figure.figure),
        figureText(figure),
        ...(i === 0 ? [] : [differenceText(figure)]),
      ]),
    )
  }
  for (const each of comparison.warnings) printNote(`${colors.yellow('note')} ${each}`)
  if (comparison.files) print(`Report  ${comparison.files.report}`)
}
