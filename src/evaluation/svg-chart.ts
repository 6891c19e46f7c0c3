import { escaped } from './page.js'

/** A tick of an axis. */
export interface Tick {
  readonly at: number
  /** Label; empty for a line only. */
  readonly text: string
}

/** An axis of a chart. */
export interface Axis {
  readonly label: string
  /** Values at both ends. */
  readonly from: number
  readonly to: number
  /** Whether the scale is logarithmic. */
  readonly log?: boolean
  readonly ticks: readonly Tick[]
  /** Whether grid lines are drawn at the ticks. */
  readonly grid?: boolean
}

/** Data coordinates. */
export type Point = readonly [x: number, y: number]

/** An element of a chart; later ones are drawn over earlier ones. */
export type Mark =
  | {
      readonly kind: 'line'
      readonly points: readonly Point[]
      readonly color: string
      /** Whether the curve is a step function: a value holds until the next one. */
      readonly steps?: boolean
    }
  | {
      readonly kind: 'dots'
      readonly points: readonly Point[]
      readonly color: string
      readonly radius: number
      readonly hollow?: boolean
    }
  | {
      readonly kind: 'bars'
      readonly bars: readonly {
        readonly from: number
        readonly to: number
        readonly height: number
      }[]
      readonly color: string
    }
  /** A reference line across the chart at a value of one axis. */
  | {
      readonly kind: 'rule'
      readonly axis: 'x' | 'y'
      readonly at: number
      readonly dashed?: boolean
      readonly text?: string
    }

/** A chart. */
export interface Chart {
  /** Accessible title, for screen readers. */
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly marks: readonly Mark[]
  readonly height: number
}

const width = 460
const margin = { top: 20, right: 20, bottom: 36, left: 56 }
const tickLength = 6

/**
 * Renders a chart as SVG without scripts or style sheets, in the text color, so that it follows the theme of its page. Points
 * with NaN are skipped.
 */
export function drawChart({ title, x, y, marks, height }: Chart): string {
  const right = width - margin.right
  const bottom = height - margin.bottom
  const across = scale(x, margin.left, right)
  const up = scale(y, bottom, margin.top)
  const name = escaped(title)
  return [
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${name}" font-family="system-ui, sans-serif" font-size="10" fill="currentColor" stroke="none">`,
    `<title>${name}</title>`,
    grid(),
    axes(),
    ...marks.map(mark),
    '</svg>',
  ].join('\n')

  function grid(): string {
    const lines = [
      ...(x.grid ? x.ticks.map(({ at }) => `M${round(across(at))},${margin.top}V${bottom}`) : []),
      ...(y.grid ? y.ticks.map(({ at }) => `M${margin.left},${round(up(at))}H${right}`) : []),
    ]
    return lines.length === 0
      ? ''
      : `<path d="${lines.join('')}" fill="none" stroke="currentColor" stroke-opacity="0.1"/>`
  }

  function axes(): string {
    const below = x.ticks.map(({ at, text }) => {
      const place = round(across(at))
      return `${tick(`M${place},${bottom}v${tickLength}`)}${label(place, bottom + 16, 'middle', text)}`
    })
    const beside = y.ticks.map(({ at, text }) => {
      const place = up(at)
      return `${tick(`M${margin.left},${round(place)}h${-tickLength}`)}${label(margin.left - 9, round(place + 3.2), 'end', text)}`
    })
    return [
      '<g aria-hidden="true">',
      ...below,
      ...beside,
      label(width - 3, height - 4, 'end', `${x.label} →`),
      label(3, 10, 'start', `↑ ${y.label}`),
      '</g>',
    ].join('\n')
  }

  function mark(each: Mark): string {
    switch (each.kind) {
      case 'line': {
        const places = placed(each.points)
        const [first, ...rest] = places
        if (!first) return ''
        const way = rest.map(([toX, toY]) => (each.steps ? `H${toX}V${toY}` : `L${toX},${toY}`))
        return `<path d="M${first.join(',')}${way.join('')}" fill="none" stroke="${each.color}" stroke-width="2" stroke-linejoin="round"/>`
      }
      case 'dots': {
        const paint = each.hollow
          ? `fill="none" stroke="${each.color}" stroke-width="1.5"`
          : `fill="${each.color}"`
        const dots = placed(each.points).map(
          ([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="${each.radius}"/>`,
        )
        return dots.length === 0 ? '' : `<g ${paint}>${dots.join('')}</g>`
      }
      case 'bars': {
        const bars = each.bars.map(({ from, to, height }) => {
          const [left, top] = [across(from), up(height)]
          return `<rect x="${round(left)}" y="${round(top)}" width="${round(across(to) - left)}" height="${round(up(0) - top)}"/>`
        })
        return `<g fill="${each.color}" fill-opacity="0.55">${bars.join('')}</g>`
      }
      case 'rule': {
        const place = round(each.axis === 'x' ? across(each.at) : up(each.at))
        const way =
          each.axis === 'x'
            ? `M${place},${margin.top}V${bottom}`
            : `M${margin.left},${place}H${right}`
        const dashes = each.dashed ? ' stroke-dasharray="4,3"' : ''
        const text = each.text ? label(place + 5, margin.top + 6, 'start', each.text) : ''
        return `<path d="${way}" fill="none" stroke="currentColor"${dashes}/>${text}`
      }
    }
  }

  function placed(points: readonly Point[]): [number, number][] {
    return points
      .map(([atX, atY]): [number, number] => [round(across(atX)), round(up(atY))])
      .filter((place) => place.every(Number.isFinite))
  }
}

/** Maps a value to a pixel between both ends of an axis; to the middle where the axis has a single value. */
function scale({ from, to, log = false }: Axis, start: number, end: number) {
  const on = log ? Math.log : (value: number) => value
  const [low, high] = [on(from), on(to)]
  return (value: number) =>
    low === high ? (start + end) / 2 : start + ((on(value) - low) / (high - low)) * (end - start)
}

function tick(way: string): string {
  return `<path d="${way}" fill="none" stroke="currentColor"/>`
}

function label(x: number, y: number, anchor: string, text: string): string {
  return text && `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`
}

function round(value: number): number {
  return Number(value.toFixed(2))
}

/** Minimum and maximum of the finite values; the fallback range where there are none. */
export function extent(
  values: readonly number[],
  otherwise: readonly [number, number],
): { from: number; to: number } {
  const numbers = values.filter(Number.isFinite)
  if (numbers.length === 0) return { from: otherwise[0], to: otherwise[1] }
  return numbers.reduce(
    ({ from, to }, value) => ({ from: Math.min(from, value), to: Math.max(to, value) }),
    { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY },
  )
}

/** About `count` round values of an interval, in steps of 1, 2 or 5 times a power of ten. */
export function linearTicks(
  from: number,
  to: number,
  { count = 6, whole = false }: { count?: number; whole?: boolean } = {},
): Tick[] {
  if (from === to) return [{ at: from, text: decimal(from, whole ? 0 : 2) }]
  const rough = (to - from) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const times = rough / power
  // Rounds as d3-array does: at the geometric means of neighboring steps.
  const nice =
    times >= Math.sqrt(50) ? 10 : times >= Math.sqrt(10) ? 5 : times >= Math.SQRT2 ? 2 : 1
  const step = whole ? Math.max(1, nice * power) : nice * power
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const tolerance = 1e-9
  const first = Math.ceil(from / step - tolerance)
  const last = Math.floor(to / step + tolerance)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const at = Number(((first + i) * step).toFixed(decimals))
    return { at, text: decimal(at, decimals) }
  })
}

/** Multiples 1…9 of each power of ten in an interval; labels at the powers and, where these are few, at 2 and 5. */
export function logTicks(from: number, to: number, text: (value: number) => string): Tick[] {
  const written = Math.log10(to / from) > 2.5 ? [1] : [1, 2, 5]
  const ticks: Tick[] = []
  for (let power = Math.floor(Math.log10(from)); 10 ** power <= to; power++) {
    for (let times = 1; times <= 9; times++) {
      const at = Number(`${times}e${power}`)
      if (at < from * (1 - 1e-9) || at > to * (1 + 1e-9)) continue
      ticks.push({ at, text: written.includes(times) ? text(at) : '' })
    }
  }
  if (ticks.filter((each) => each.text).length >= 2) return ticks
  return [...new Set([from, to])].map((at) => ({ at, text: text(at) }))
}

function decimal(value: number, decimals: number): string {
  return value.toFixed(decimals).replace('-', '−')
}
