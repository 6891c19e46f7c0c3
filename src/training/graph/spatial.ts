import { product } from './arithmetic.js'
import { type Graph, sizeOf, type Value } from './graph.js'

/** How a window moves over height and width. */
export interface Window {
  readonly kernel: number
  readonly stride: number
  /** Added on all four sides: zeros, or for the largest nothing. */
  readonly pad: number
}

type Sizes = readonly [n: number, channels: number, height: number, width: number]

const outputSize = (size: number, { kernel, stride, pad }: Window) =>
  Math.floor((size + 2 * pad - kernel) / stride) + 1

const attributesOf = ({ kernel, stride, pad }: Window) => ({
  kernel_shape: [kernel, kernel],
  strides: [stride, stride],
  pads: [pad, pad, pad, pad],
})

/** How many rows a transposed convolution must add at the far side to come back to `size`. */
const outputPadding = (size: number, window: Window) =>
  size - ((outputSize(size, window) - 1) * window.stride - 2 * window.pad + window.kernel)

/**
 * Convolution of x (n × c × h × w) with filters (m × c × k × k) and perhaps a bias (m).
 *
 * Its gradients are ONNX operators too. By the input: a transposed convolution. By the filters: a convolution of the
 * input with the gradient as filters, batch and channels exchanged, stride and dilation exchanged; for 1 × 1 filters
 * a matrix product.
 */
export function convolve(
  graph: Graph,
  x: Value,
  filters: Value,
  bias: Value | null,
  { stride, pad }: Pick<Window, 'stride' | 'pad'>,
): Value {
  const [n, c, h, w] = x.shape as Sizes
  const [m, , kernel] = filters.shape as Sizes
  const window = { kernel, stride, pad }
  const [height, width] = [outputSize(h, window), outputSize(w, window)]
  const inputs = bias ? [x, filters, bias] : [x, filters]
  const output = graph.emit('Conv', inputs, [n, m, height, width], attributesOf(window))
  return graph.record(inputs, output, (g, [toX, toFilters, toBias]) => [
    toX
      ? graph.emit('ConvTranspose', [g, filters], x.shape, {
          ...attributesOf(window),
          output_padding: [outputPadding(h, window), outputPadding(w, window)],
        })
      : undefined,
    toFilters ? filterGradient(g) : undefined,
    toBias
      ? graph.emit('ReduceSum', [g, graph.integers([0, 2, 3])], [m], { keepdims: 0 })
      : undefined,
  ])

  function filterGradient(g: Value): Value {
    if (kernel === 1 && stride === 1 && pad === 0) {
      const gradient = product(graph, byChannel(g), false, byChannel(x), true)
      return graph.emit('Reshape', [gradient, graph.integers(filters.shape)], filters.shape)
    }
    const input = graph.emit('Transpose', [x], [c, n, h, w], { perm: [1, 0, 2, 3] })
    const asFilters = graph.emit('Transpose', [g], [m, n, height, width], { perm: [1, 0, 2, 3] })
    const side = (size: number, out: number) => size + 2 * pad - (out - 1) * stride
    const wide = [c, m, side(h, height), side(w, width)]
    const correlated = graph.emit('Conv', [input, asFilters], wide, {
      kernel_shape: [height, width],
      strides: [1, 1],
      dilations: [stride, stride],
      pads: [pad, pad, pad, pad],
    })
    // What the last window did not reach comes out as further rows.
    const bounds = [
      [0, 0],
      [kernel, kernel],
      [2, 3],
    ].map((values) => graph.integers(values))
    const exact =
      wide[2] === kernel && wide[3] === kernel
        ? correlated
        : graph.emit('Slice', [correlated, ...bounds], [c, m, kernel, kernel])
    return graph.emit('Transpose', [exact], filters.shape, { perm: [1, 0, 2, 3] })
  }

  /** channels × (n · height · width). */
  function byChannel(value: Value): Value {
    const [n, channels, height, width] = value.shape as Sizes
    const swapped =
      n === 1
        ? value
        : graph.emit('Transpose', [value], [channels, n, height, width], { perm: [1, 0, 2, 3] })
    const shape = [channels, n * height * width]
    return graph.emit('Reshape', [swapped, graph.integers(shape)], shape)
  }
}

/**
 * Normalizes each channel by its mean and variance over the batch, then scales and shifts it (Ioffe and Szegedy
 * 2015).
 *
 * @param scale - One a channel, as is `shift`.
 * @returns The output, and the batch's mean and variance (biased), for the running averages.
 */
export function batchNormalize(
  graph: Graph,
  x: Value,
  scale: Value,
  shift: Value,
  epsilon: number,
): { output: Value; mean: Value; variance: Value } {
  const [n, channels, height, width] = x.shape as Sizes
  const perChannel = [1, channels, 1, 1]
  const axes = graph.integers([0, 2, 3])
  const mean = graph.emit('ReduceMean', [x, axes], perChannel, { keepdims: 1 })
  const centered = graph.emit('Sub', [x, mean], x.shape)
  const squared = graph.emit('Mul', [centered, centered], x.shape)
  const variance = graph.emit('ReduceMean', [squared, axes], perChannel, { keepdims: 1 })
  const raised = graph.emit('Add', [variance, graph.scalar(epsilon)], perChannel)
  const inverse = graph.emit('Reciprocal', [graph.emit('Sqrt', [raised], perChannel)], perChannel)
  const normal = graph.emit('Mul', [centered, inverse], x.shape)
  const wide = (value: Value) =>
    graph.emit('Reshape', [value, graph.integers(perChannel)], perChannel)
  const wideScale = wide(scale)
  const scaled = graph.emit('Mul', [normal, wideScale], x.shape)
  const output = graph.emit('Add', [scaled, wide(shift)], x.shape)
  graph.record([x, scale, shift], output, (g, [toX]) => {
    const toShift = graph.emit('ReduceSum', [g, axes], perChannel, { keepdims: 1 })
    const weighted = graph.emit('Mul', [g, normal], x.shape)
    const toScale = graph.emit('ReduceSum', [weighted, axes], perChannel, { keepdims: 1 })
    const narrow = (value: Value) =>
      graph.emit('Reshape', [value, graph.integers([channels])], [channels])
    if (!toX) return [undefined, narrow(toScale), narrow(toShift)]
    const share = graph.scalar(1 / (n * height * width))
    const meanShift = graph.emit('Mul', [toShift, share], perChannel)
    const meanScale = graph.emit('Mul', [toScale, share], perChannel)
    const part = graph.emit('Mul', [normal, meanScale], x.shape)
    const rest = graph.emit('Sub', [graph.emit('Sub', [g, meanShift], x.shape), part], x.shape)
    const factor = graph.emit('Mul', [inverse, wideScale], perChannel)
    return [graph.emit('Mul', [rest, factor], x.shape), narrow(toScale), narrow(toShift)]
  })
  return { output, mean, variance }
}

/** The largest in each window. */
export function maxPool(graph: Graph, x: Value, window: Window): Value {
  const shape = pooled(x, window)
  const [output, indices] = graph.emitAll('MaxPool', [x], [shape, shape], attributesOf(window)) as [
    Value,
    Value,
  ]
  return graph.record([x], output, (g) => {
    // The indices count over the whole tensor; windows overlap, so what meets is added.
    const flat = (value: Value) =>
      graph.emit('Reshape', [value, graph.integers([sizeOf(shape)])], [sizeOf(shape)])
    const size = [sizeOf(x.shape)]
    const zeros = graph.emit('Expand', [graph.scalar(0), graph.integers(size)], size)
    const scattered = graph.emit('ScatterElements', [zeros, flat(indices), flat(g)], size, {
      axis: 0,
      reduction: { text: 'add' },
    })
    return [graph.emit('Reshape', [scattered, graph.integers(x.shape)], x.shape)]
  })
}

/** The mean of each window. */
export function averagePool(graph: Graph, x: Value, window: Omit<Window, 'pad'>): Value {
  const whole = { ...window, pad: 0 }
  const output = graph.emit('AveragePool', [x], pooled(x, whole), attributesOf(whole))
  return graph.record([x], output, (g) => {
    const share = graph.emit('Mul', [g, graph.scalar(1 / window.kernel ** 2)], g.shape)
    return [spread(graph, share, x, whole)]
  })
}

/** √ of the sum of squares of each window. */
export function l2Pool(graph: Graph, x: Value, window: Omit<Window, 'pad'>): Value {
  const whole = { ...window, pad: 0 }
  const output = graph.emit('LpPool', [x], pooled(x, whole), { ...attributesOf(whole), p: 2 })
  return graph.record([x], output, (g) => {
    // Where a whole window is 0, so is its gradient.
    const safe = graph.emit('Max', [output, graph.scalar(1e-12)], output.shape)
    const share = graph.emit('Div', [g, safe], g.shape)
    return [graph.emit('Mul', [x, spread(graph, share, x, whole)], x.shape)]
  })
}

/** Gives each place of x the sum of what the windows over it have. */
function spread(graph: Graph, windows: Value, x: Value, window: Window): Value {
  const [, channels, h, w] = x.shape as Sizes
  const { kernel } = window
  const ones = graph.constant(new Float32Array(channels * kernel * kernel).fill(1), [
    channels,
    1,
    kernel,
    kernel,
  ])
  return graph.emit('ConvTranspose', [windows, ones], x.shape, {
    ...attributesOf(window),
    group: channels,
    output_padding: [outputPadding(h, window), outputPadding(w, window)],
  })
}

/**
 * Local response normalization across channels (Krizhevsky et al. 2012): x / (1 + alpha/size · Σ x²)^beta, the sum
 * over `size` neighboring channels; size is odd.
 */
export function localResponseNormalize(
  graph: Graph,
  x: Value,
  { size, alpha, beta }: { size: number; alpha: number; beta: number },
): Value {
  const output = graph.emit('LRN', [x], x.shape, {
    size,
    alpha: { float: alpha },
    beta: { float: beta },
    bias: { float: 1 },
  })
  return graph.record([x], output, (g) => {
    const mul = (a: Value, b: Value) => graph.emit('Mul', [a, b], x.shape)
    const sums = overChannels(graph, mul(x, x), size)
    const base = graph.emit(
      'Add',
      [mul(sums, graph.scalar(alpha / size)), graph.scalar(1)],
      x.shape,
    )
    const power = (exponent: number) => graph.emit('Pow', [base, graph.scalar(exponent)], x.shape)
    const around = overChannels(graph, mul(mul(g, x), power(-beta - 1)), size)
    const side = mul(mul(x, around), graph.scalar((2 * alpha * beta) / size))
    return [graph.emit('Sub', [mul(g, power(-beta)), side], x.shape)]
  })
}

/** Sums over neighboring channels: an average over a window along that axis, times its size. */
function overChannels(graph: Graph, x: Value, size: number): Value {
  const [n, channels, height, width] = x.shape as Sizes
  const flat = [n, 1, channels, height * width]
  const reach = (size - 1) / 2
  const asPlane = graph.emit('Reshape', [x, graph.integers(flat)], flat)
  const mean = graph.emit('AveragePool', [asPlane], flat, {
    kernel_shape: [size, 1],
    strides: [1, 1],
    pads: [reach, 0, reach, 0],
    count_include_pad: 1,
  })
  const total = graph.emit('Mul', [mean, graph.scalar(size)], flat)
  return graph.emit('Reshape', [total, graph.integers(x.shape)], x.shape)
}

function pooled(x: Value, window: Window): number[] {
  const [n, channels, h, w] = x.shape as Sizes
  return [n, channels, outputSize(h, window), outputSize(w, window)]
}
