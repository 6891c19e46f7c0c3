import type { Graph, Shape, Value } from './graph.js'

/** a + b, broadcast. */
export function add(graph: Graph, a: Value, b: Value): Value {
  const output = graph.emit('Add', [a, b], broadcast(a.shape, b.shape))
  return graph.record([a, b], output, (g) => [
    reduceTo(graph, g, a.shape),
    reduceTo(graph, g, b.shape),
  ])
}

/** a − b, broadcast. */
export function subtract(graph: Graph, a: Value, b: Value): Value {
  const output = graph.emit('Sub', [a, b], broadcast(a.shape, b.shape))
  return graph.record([a, b], output, (g, [, toB]) => [
    reduceTo(graph, g, a.shape),
    toB ? reduceTo(graph, graph.emit('Neg', [g], g.shape), b.shape) : undefined,
  ])
}

/** a · b, element by element, broadcast. */
export function multiply(graph: Graph, a: Value, b: Value): Value {
  const shape = broadcast(a.shape, b.shape)
  const output = graph.emit('Mul', [a, b], shape)
  return graph.record([a, b], output, (g, [toA, toB]) => [
    toA ? reduceTo(graph, graph.emit('Mul', [g, b], shape), a.shape) : undefined,
    toB ? reduceTo(graph, graph.emit('Mul', [g, a], shape), b.shape) : undefined,
  ])
}

/** max(0, x). */
export function relu(graph: Graph, x: Value): Value {
  const output = graph.emit('Relu', [x], x.shape)
  return graph.record([x], output, (g) => [
    graph.emit('Mul', [g, positive(graph, output)], x.shape),
  ])
}

/** √(x + epsilon). */
export function squareRoot(graph: Graph, x: Value, epsilon: number): Value {
  const output = graph.emit(
    'Sqrt',
    [graph.emit('Add', [x, graph.scalar(epsilon)], x.shape)],
    x.shape,
  )
  return graph.record([x], output, (g) => {
    const half = graph.emit('Mul', [g, graph.scalar(0.5)], x.shape)
    return [graph.emit('Div', [half, output], x.shape)]
  })
}

/** The same numbers in another shape. */
export function reshape(graph: Graph, x: Value, shape: Shape): Value {
  const output = graph.emit('Reshape', [x, graph.integers(shape)], shape)
  return graph.record([x], output, (g) => [
    graph.emit('Reshape', [g, graph.integers(x.shape)], x.shape),
  ])
}

/** Several tensors one after the other along an axis. */
export function concatenate(graph: Graph, parts: readonly Value[], axis: number): Value {
  const total = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0)
  const shape = parts[0]!.shape.map((size, i) => (i === axis ? total : size))
  const output = graph.emit('Concat', parts, shape, { axis })
  return graph.record(parts, output, (g) => {
    const sizes = graph.integers(parts.map(({ shape }) => shape[axis]!))
    return graph.emitAll(
      'Split',
      [g, sizes],
      parts.map(({ shape }) => shape),
      { axis },
    )
  })
}

/** Rows `from` until `to` of the first axis. */
export function rows(graph: Graph, x: Value, from: number, to: number): Value {
  const rest = x.shape.slice(1)
  const bounds = [[from], [to], [0]].map((values) => graph.integers(values))
  const output = graph.emit('Slice', [x, ...bounds], [to - from, ...rest])
  return graph.record([x], output, (g) => {
    const pads = graph.integers([
      from,
      ...rest.map(() => 0),
      x.shape[0]! - to,
      ...rest.map(() => 0),
    ])
    return [graph.emit('Pad', [g, pads], x.shape)]
  })
}

/** Zeros around height and width. */
export function pad(graph: Graph, x: Value, before: number, after: number): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number]
  const around = (by: number, and: number) => graph.integers([0, 0, by, by, 0, 0, and, and])
  const extra = before + after
  const output = graph.emit('Pad', [x, around(before, after)], [n, c, h + extra, w + extra])
  // Negative padding crops.
  return graph.record([x], output, (g) => [
    graph.emit('Pad', [g, around(-before, -after)], x.shape),
  ])
}

/** Sum over axes, which stay with size 1; over all to a single number when none are given. */
export function sum(graph: Graph, x: Value, axes?: readonly number[]): Value {
  const output = axes
    ? graph.emit('ReduceSum', [x, graph.integers(axes)], kept(x.shape, axes), { keepdims: 1 })
    : graph.emit('ReduceSum', [x], [], { keepdims: 0 })
  return graph.record([x], output, (g) => [expand(graph, g, x.shape)])
}

/** Largest along an axis, which stays with size 1. Where several are largest, the gradient goes to each. */
export function maximum(graph: Graph, x: Value, axis: number): Value {
  const output = graph.emit('ReduceMax', [x, graph.integers([axis])], kept(x.shape, [axis]), {
    keepdims: 1,
  })
  return graph.record([x], output, (g) => {
    const chosen = toFloat(graph, graph.emit('Equal', [x, output], x.shape))
    return [graph.emit('Mul', [chosen, g], x.shape)]
  })
}

/** Smallest along an axis, which stays with size 1. */
export function minimum(graph: Graph, x: Value, axis: number): Value {
  return negate(graph, maximum(graph, negate(graph, x), axis))
}

/** −x. */
export function negate(graph: Graph, x: Value): Value {
  return graph.record([x], graph.emit('Neg', [x], x.shape), (g) => [
    graph.emit('Neg', [g], x.shape),
  ])
}

/** `x` where `mask` is 1, `otherwise` where it is 0; both of the same shape. The mask gets no gradient. */
export function choose(graph: Graph, mask: Value, x: Value, otherwise: Value): Value {
  const one = graph.scalar(1)
  const inverse = graph.emit('Sub', [one, mask], mask.shape)
  return add(graph, multiply(graph, x, mask), multiply(graph, otherwise, inverse))
}

/** 1 where x > 0, else 0; without a gradient. */
export function positive(graph: Graph, x: Value): Value {
  return toFloat(graph, graph.emit('Greater', [x, graph.scalar(0)], x.shape))
}

/** 1 where a > b, else 0, broadcast; without a gradient. */
export function greater(graph: Graph, a: Value, b: Value): Value {
  return toFloat(graph, graph.emit('Greater', [a, b], broadcast(a.shape, b.shape)))
}

/** Matrix product of a (m × k) and b (k × n), either transposed before. */
export function matMul(
  graph: Graph,
  a: Value,
  b: Value,
  { transA = false, transB = false }: { transA?: boolean; transB?: boolean } = {},
): Value {
  const output = product(graph, a, transA, b, transB)
  return graph.record([a, b], output, (g, [toA, toB]) => [
    toA
      ? transA
        ? product(graph, b, transB, g, true)
        : product(graph, g, false, b, !transB)
      : undefined,
    toB
      ? transB
        ? product(graph, g, true, a, transA)
        : product(graph, a, !transA, g, false)
      : undefined,
  ])
}

/** A matrix product without a gradient. */
export function product(graph: Graph, a: Value, transA: boolean, b: Value, transB: boolean): Value {
  const m = a.shape[transA ? 1 : 0]!
  const n = b.shape[transB ? 0 : 1]!
  return graph.emit('Gemm', [a, b], [m, n], { transA: Number(transA), transB: Number(transB) })
}

/** Sums a gradient over the axes that broadcasting had stretched. */
function reduceTo(graph: Graph, gradient: Value, shape: Shape): Value {
  const lead = gradient.shape.length - shape.length
  const axes = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < lead || (shape[axis - lead] === 1 && gradient.shape[axis] !== 1))
  if (axes.length === 0) return gradient
  const reduced = graph.emit(
    'ReduceSum',
    [gradient, graph.integers(axes)],
    kept(gradient.shape, axes),
    { keepdims: 1 },
  )
  return lead === 0 ? reduced : graph.emit('Reshape', [reduced, graph.integers(shape)], shape)
}

function expand(graph: Graph, x: Value, shape: Shape): Value {
  return graph.emit('Expand', [x, graph.integers(shape)], shape)
}

function toFloat(graph: Graph, x: Value): Value {
  return graph.emit('Cast', [x], x.shape, { to: 1 })
}

function kept(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
}

function broadcast(a: Shape, b: Shape): Shape {
  const length = Math.max(a.length, b.length)
  return Array.from({ length }, (_, i) => {
    const one = a[i - length + a.length] ?? 1
    const other = b[i - length + b.length] ?? 1
    if (one !== other && one !== 1 && other !== 1) {
      throw new RangeError(`shapes ${a.join('×')} and ${b.join('×')} do not fit together`)
    }
    return Math.max(one, other)
  })
}

/** x / |x| along the last of two axes. */
export function l2Normalize(graph: Graph, x: Value): Value {
  const squared = sum(graph, multiply(graph, x, x), [1])
  // As small as it may be without dividing by zero: an embedding's length is about 1.
  const norm = squareRoot(graph, squared, 1e-12)
  const inverse = graph.emit('Reciprocal', [norm], norm.shape)
  graph.record([norm], inverse, (g) => {
    const square = graph.emit('Mul', [inverse, inverse], norm.shape)
    return [graph.emit('Neg', [graph.emit('Mul', [g, square], norm.shape)], norm.shape)]
  })
  return multiply(graph, x, inverse)
}
