/** The first picture of docs/accuracy.md, drawn from the first table of that page: false match rates of groups of people. */

/** A group of people and how often two of them are taken for one, in percent. */
interface Row {
  readonly group: string
  readonly agnize: number
  /** Ends of the interval of agnize's rate. */
  readonly interval: readonly [low: number, high: number]
  readonly faceRecognition: number
  readonly faceApi: number
}

const width = 760
const rowHeight = 26
const margin = { top: 64, right: 24, bottom: 46, left: 190 }
/** Ends of the logarithmic axis, in percent; rates below are drawn at its start. */
const [from, to] = [0.005, 100]
const colors = {
  agnize: '#1f7a4d',
  faceRecognition: '#c2410c',
  faceApi: '#5b4bb7',
  grid: '#dddddd',
}

/** Reads the rows of the table that has a column for each program. */
function rowsOf(page: string): Row[] {
  const lines = page.split('\n')
  const start = lines.findIndex((line) => line.startsWith('| group (people)'))
  const names = cells(lines[start] ?? '')
  const column = (name: string) => {
    const at = names.indexOf(name)
    if (at < 0) throw new Error(`docs/accuracy.md: no column "${name}" in the first table`)
    return at
  }
  const columns = {
    agnize: column('agnize'),
    interval: column('interval (95 %)'),
    faceRecognition: column('face_recognition'),
    faceApi: column('face-api'),
  }
  const rows: Row[] = []
  for (const line of lines.slice(start + 2)) {
    const row = cells(line)
    // Below the groups the table counts photos.
    if (!row[columns.interval]) break
    const [low, high] = row[columns.interval]!.replace('%', '').split(' to ').map(Number)
    rows.push({
      group: row[0]!,
      agnize: Number.parseFloat(row[columns.agnize]!),
      interval: [low!, high!],
      faceRecognition: Number.parseFloat(row[columns.faceRecognition]!),
      faceApi: Number.parseFloat(row[columns.faceApi]!),
    })
  }
  return rows
}

const cells = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('*', '').trim())

/** Draws the table of docs/accuracy.md as an SVG on a white ground. @param page - The page's Markdown. */
export function groupsPicture(page: string): string {
  const rows = rowsOf(page)
  const height = margin.top + rows.length * rowHeight + margin.bottom
  const bottom = height - margin.bottom
  const scale = (width - margin.left - margin.right) / Math.log(to / from)
  const x = (percent: number) =>
    (margin.left + scale * Math.log(Math.min(to, Math.max(from, percent)) / from)).toFixed(1)
  const text = (at: number | string, y: number, content: string, more = '') =>
    `<text x="${at}" y="${y}" ${more}>${content}</text>`
  const rule = (percent: number, color: string, more = '') =>
    `<path d="M${x(percent)},${margin.top - 6}V${bottom}" stroke="${color}" ${more}/>`
  // An open circle at the start of the axis is a rate below it: mostly none of few pairs.
  const dot = (percent: number, y: number, color: string) =>
    `<circle cx="${x(percent)}" cy="${y}" r="5" fill="${percent < from ? '#ffffff' : color}" stroke="${color}"/>`
  const legend = (at: number, color: string, content: string) =>
    `<circle cx="${at}" cy="40" r="5" fill="${color}"/>${text(at + 10, 44, content)}`
  const body = rows.flatMap((row, i) => {
    const y = margin.top + (i + 0.5) * rowHeight
    const [low, high] = row.interval
    return [
      text(margin.left - 12, y + 4, row.group, 'text-anchor="end"'),
      `<path d="M${x(low)},${y}H${x(high)}" stroke="${colors.agnize}" stroke-width="2"/>`,
      dot(row.faceApi, y, colors.faceApi),
      dot(row.faceRecognition, y, colors.faceRecognition),
      dot(row.agnize, y, colors.agnize),
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="#222222">`,
    '<title>How often two people of one group are taken for one, by agnize, face_recognition and face-api</title>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(14, 20, 'Two people of one group taken for one, by default settings', 'font-weight="600"'),
    legend(margin.left, colors.agnize, 'agnize, with its interval'),
    legend(margin.left + 190, colors.faceRecognition, 'face_recognition'),
    legend(margin.left + 330, colors.faceApi, 'face-api'),
    text(margin.left + 420, 44, '○ none'),
    ...[0.01, 0.1, 1, 10, 100].flatMap((percent) => [
      rule(percent, colors.grid),
      text(x(percent), bottom + 18, `${percent} %`, 'text-anchor="middle"'),
    ]),
    rule(0.1, colors.agnize, 'stroke-dasharray="4,3"'),
    text(x(0.1), bottom + 36, 'asked of agnize', `text-anchor="middle" fill="${colors.agnize}"`),
    ...body,
    '</svg>\n',
  ].join('\n')
}
