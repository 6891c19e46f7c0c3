import { Option } from 'commander'
import stringWidth from 'string-width'
import type { Box } from '../geometry/box.js'
import { colors, print } from './terminal.js'

/** A cell whose text for people differs from its value for programs, or that is colored. */
export interface Cell {
  readonly text: string
  /** Value in CSV; default the text. */
  readonly value?: string | number | null
  readonly color?: ((text: string) => string) | undefined
}

/** The heading of a column whose name in CSV is not made of the heading. */
export interface Heading {
  readonly text: string
  /** Name of the column in CSV. */
  readonly name: string
}

/** A table as a command fills it. */
export type Row = readonly (string | number | Cell)[]

/** `--csv`. */
export const csvOption = new Option('--csv', 'print the table as CSV').conflicts('json')

/** A date, which CSV gives with its time. */
export const dateCell = (iso: string): Cell => ({ text: iso.slice(0, 10), value: iso })

/** A time, which CSV gives as ISO 8601. */
export const timeCell = (iso: string): Cell => ({
  text: iso.slice(0, 19).replace('T', ' '),
  value: iso,
})

/** A number with a fixed number of decimals, which CSV gives with six; a dash where there is none. */
export const numberCell = (value: number | null | undefined, digits: number): Cell => ({
  text: value?.toFixed(digits) ?? '–',
  value: value === null || value === undefined ? null : Number(value.toFixed(6)),
})

/** Text, or a dash where there is none. */
export const textCell = (text: string | null | undefined): Cell =>
  text ? { text } : { text: '–', value: null }

/** Names of the columns of {@link boxFields}. */
export const boxColumns = ['x', 'y', 'width', 'height'] as const

/** A box as fields of CSV. */
export const boxFields = ({ x, y, width, height }: Box) => [x, y, width, height]

/** Spaces before each line and between columns. */
const gap = '  '

/** Width of a column below which no table is narrowed. Judgment. */
const minWidth = 8

/** Prints a table to standard output: with `--csv` as CSV, else aligned and within the width of the terminal. */
export function printTable(
  head: readonly (string | Heading)[],
  rows: readonly Row[],
  {
    csv = false,
    withHeadings = true,
  }: { readonly csv?: boolean | undefined; readonly withHeadings?: boolean } = {},
): void {
  if (csv) printCsv(head, rows)
  else print(table(withHeadings ? head : [], rows))
}

/** Prints rows as CSV (RFC 4180), by default with the names of the columns first. */
export function printCsv(
  head: readonly (string | Heading)[],
  rows: readonly Row[],
  { withNames = true }: { readonly withNames?: boolean } = {},
): void {
  const names = head.map((each) => (typeof each === 'string' ? nameOf(each) : each.name))
  const lines = [...(withNames ? [names] : []), ...rows]
  for (const line of lines) print(`${line.map((cell) => csvField(csvValue(cell))).join(',')}\r`)
}

const nameOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')

function csvValue(cell: Row[number]): string | number | null {
  if (typeof cell !== 'object') return cell
  return cell.value === undefined ? cell.text : cell.value
}

/** A field of CSV, quoted where needed. Text that a spreadsheet would take for a formula gets an apostrophe in front. */
function csvField(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  const isFormula = /^[=+\-@\t\r]/.test(text) && (text.trim() === '' || Number.isNaN(Number(text)))
  const safe = isFormula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * Formats a table without borders, indented by two spaces. In a terminal its widest columns wrap until it fits; elsewhere
 * every row is one line.
 *
 * @param head - The headings; empty for none.
 */
export function table(
  head: readonly (string | Heading)[],
  rows: readonly Row[],
  width: number | undefined = process.stdout.isTTY ? process.stdout.columns : undefined,
): string {
  const headings = head.map((each): Cell => ({ text: textOf(each), color: colors.dim }))
  const cells = [...(head.length > 0 ? [headings] : []), ...rows.map((row) => row.map(cellOf))]
  const natural = (cells[0] ?? []).map((_, column) =>
    cells.reduce((most, row) => Math.max(most, stringWidth(row[column]?.text ?? '')), 0),
  )
  const widths = width === undefined ? natural : fitted(natural, width)
  return cells.flatMap((row) => linesOf(row, widths)).join('\n')
}

const textOf = (heading: string | Heading) => (typeof heading === 'string' ? heading : heading.text)

function cellOf(cell: Row[number]): Cell {
  if (typeof cell !== 'object') return { text: printable(String(cell)) }
  return { text: printable(cell.text), color: cell.color }
}

/** Text whose control and direction characters, which could change the rest of the line, are replaced. */
const printable = (text: string) =>
  text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')

/** Widths of columns that fit the terminal: the widest ones become narrower. */
function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, each) => sum + gap.length + each, 0) - width
  for (; excess > 0 && Math.max(...widths) > minWidth; excess--) {
    widths[widths.indexOf(Math.max(...widths))]!--
  }
  return widths
}

/** The lines of a row, whose cells wrap to the widths of their columns. */
function linesOf(row: readonly Cell[], widths: readonly number[]): string[] {
  const wrapped = row.map(({ text }, column) => wrap(text, widths[column]!))
  const height = Math.max(...wrapped.map(({ length }) => length))
  return Array.from({ length: height }, (_, line) =>
    row
      .map(({ color }, column) => {
        const text = wrapped[column]![line] ?? ''
        const painted = color && text !== '' ? color(text) : text
        const isLast = wrapped.slice(column + 1).every((after) => !after[line])
        return (
          painted + (isLast ? '' : ' '.repeat(Math.max(0, widths[column]! - stringWidth(text))))
        )
      })
      .reduce((before, each) => `${before}${gap}${each}`, '')
      .trimEnd(),
  )
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Breaks text into lines of a width, between words where possible, never within a character. */
function wrap(text: string, width: number): string[] {
  if (stringWidth(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(line + segment) > width && line !== '') {
      const space = segment === ' ' ? line.length : line.lastIndexOf(' ')
      const rest = space > 0 ? line.slice(space + 1) : ''
      lines.push(space > 0 ? line.slice(0, space) : line)
      line = rest
      if (segment === ' ') continue
    }
    line += segment
  }
  return [...lines, line]
}
