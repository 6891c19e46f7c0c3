import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  drawChart,
  extent,
  linearTicks,
  logTicks,
  type Mark,
} from '../../dist/evaluation/svg-chart.js'

const texts = (ticks: readonly { text: string }[]) => ticks.map(({ text }) => text)

test('round values on a linear axis', () => {
  expect(texts(linearTicks(0, 100))).toEqual(['0', '20', '40', '60', '80', '100'])
  expect(texts(linearTicks(0.8, 0.987))).toEqual([
    ...['0.80', '0.82', '0.84', '0.86', '0.88'],
    ...['0.90', '0.92', '0.94', '0.96', '0.98'],
  ])
  expect(texts(linearTicks(-0.45, 1))).toEqual([
    '−0.4',
    '−0.2',
    '0.0',
    '0.2',
    '0.4',
    '0.6',
    '0.8',
    '1.0',
  ])
  expect(texts(linearTicks(1, 2, { count: 10, whole: true }))).toEqual(['1', '2'])
  expect(texts(linearTicks(0, 3000, { whole: true }))).toContain('1500')
  expect(texts(linearTicks(4, 4, { whole: true }))).toEqual(['4'])
})

test('any linear axis: inside, ascending, evenly apart, each written differently', () => {
  const ends = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(ends, ends, fc.boolean(), (a, b, whole) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      fc.pre(to - from > 1e-3)
      const ticks = linearTicks(from, to, { whole })
      expect(ticks.length).toBeLessThan(14)
      if (!whole) expect(ticks.length).toBeGreaterThan(2)
      const slack = 1e-6 * (to - from)
      for (const { at, text } of ticks) {
        expect(at).toBeGreaterThanOrEqual(from - slack)
        expect(at).toBeLessThanOrEqual(to + slack)
        expect(Number(text.replace('−', '-'))).toBeCloseTo(at, 9)
        if (whole) expect(Number.isInteger(at)).toBe(true)
      }
      expect(new Set(texts(ticks)).size).toBe(ticks.length)
      const gaps = ticks.slice(1).map(({ at }, i) => at - ticks[i]!.at)
      for (const gap of gaps) expect(gap / gaps[0]!).toBeCloseTo(1, 6)
    }),
  )
})

test('powers of ten on a logarithmic axis', () => {
  const far = logTicks(100, 100_000, String)
  expect(texts(far).filter(Boolean)).toEqual(['100', '1000', '10000', '100000'])
  expect(far).toHaveLength(28)
  expect(texts(logTicks(0.01, 1, String)).filter(Boolean)).toEqual([
    ...['0.01', '0.02', '0.05', '0.1', '0.2', '0.5', '1'],
  ])
  // Fewer than two of these ticks lie in this range.
  expect(texts(logTicks(310, 390, String))).toEqual(['310', '390'])
  expect(texts(logTicks(7, 7, String))).toEqual(['7'])
})

test('the range of values that are numbers', () => {
  expect(extent([3, Number.NaN, 1, Number.POSITIVE_INFINITY], [0, 9])).toEqual({ from: 1, to: 3 })
  expect(extent([], [0, 9])).toEqual({ from: 0, to: 9 })
})

const axis = { label: 'value', from: 0, to: 10, ticks: linearTicks(0, 10) }
const chart = (marks: readonly Mark[], change: object = {}) =>
  drawChart({ title: 'A chart', height: 236, x: axis, y: axis, marks, ...change })

test('marks lie where their values are', () => {
  // The plot spans x = 56 to 440 and y = 200 (bottom) to 20 (top).
  const svg = chart([
    {
      kind: 'line',
      points: [
        [0, 0],
        [5, 10],
        [Number.NaN, 3],
        [10, 5],
      ],
      color: 'red',
    },
    {
      kind: 'line',
      points: [
        [0, 0],
        [10, 10],
      ],
      color: 'green',
      steps: true,
    },
    { kind: 'dots', points: [[10, 10]], color: 'blue', radius: 3, hollow: true },
    { kind: 'bars', bars: [{ from: 2.5, to: 5, height: 10 }], color: 'teal' },
    { kind: 'rule', axis: 'x', at: 5, dashed: true, text: 'half' },
    { kind: 'line', points: [], color: 'none of it' },
  ])
  expect(svg).toContain('d="M56,200L248,20L440,110"')
  expect(svg).toContain('d="M56,200H440V20"')
  expect(svg).toContain('<circle cx="440" cy="20" r="3"/>')
  expect(svg).toContain('<rect x="152" y="20" width="96" height="180"/>')
  expect(svg).toMatch(/d="M248,20V200"[^>]*dasharray/)
  expect(svg).not.toContain('none of it')
  const log = { ...axis, from: 1, to: 100, log: true, ticks: logTicks(1, 100, String) }
  expect(
    chart(
      [
        {
          kind: 'line',
          points: [
            [1, 0],
            [10, 0],
            [100, 0],
          ],
          color: 'red',
        },
      ],
      { x: log },
    ),
  ).toContain('d="M56,200L248,200L440,200"')
  // A single value is centered.
  const one = { ...axis, from: 4, to: 4, ticks: linearTicks(4, 4) }
  expect(
    chart([{ kind: 'dots', points: [[4, 10]], color: 'red', radius: 2 }], { x: one }),
  ).toContain('cx="248" cy="20"')
})

test('names are text, and the chart says what it is', () => {
  const svg = chart([{ kind: 'rule', axis: 'x', at: 1, text: '</svg><script>' }], {
    title: 'Anna & "<Bob>"',
    y: { ...axis, label: '<img>' },
  })
  expect(svg).toMatch(/<svg [^>]*role="img"/)
  expect(svg).toContain('<title>Anna &#38; &#34;&#60;Bob&#62;&#34;</title>')
  expect(svg).not.toMatch(/<script|<img|<Bob/)
  expect(svg.match(/<\/svg>/g)).toHaveLength(1)
})
