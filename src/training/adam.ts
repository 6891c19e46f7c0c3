/** Settings of {@link Adam}. */
export interface AdamOptions {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Share of a weight that is taken off in each step, times the learning rate (Loshchilov and Hutter 2019). */
  readonly weightDecay: number
}

/** A tensor that learns, with Adam's running means of its gradient and of the gradient's square. */
export interface Learned {
  readonly data: Float32Array
  readonly first: Float32Array
  readonly second: Float32Array
  /** Whether it decays; offsets and scales of normalizations do not. */
  readonly decays: boolean
}

/**
 * One step of Adam (Kingma and Ba 2015), in place.
 *
 * @param step - From 1.
 * @param factor - Gradients are multiplied by it first: their mean's share, and clipping.
 */
export function adamStep(
  { data, first, second, decays }: Learned,
  gradient: Float32Array,
  step: number,
  rate: number,
  factor: number,
  { beta1, beta2, epsilon, weightDecay }: AdamOptions,
): void {
  const size = rate / (1 - beta1 ** step)
  const root = 1 / Math.sqrt(1 - beta2 ** step)
  const keep = decays ? 1 - rate * weightDecay : 1
  const [one, two] = [1 - beta1, 1 - beta2]
  for (let i = 0; i < data.length; i++) {
    const g = gradient[i]! * factor
    const m = beta1 * first[i]! + one * g
    const v = beta2 * second[i]! + two * g * g
    first[i] = m
    second[i] = v
    data[i] = data[i]! * keep - (size * m) / (Math.sqrt(v) * root + epsilon)
  }
}

/** The learning rate of a step: it rises in a line while warming up, then falls along half a cosine to 0. */
export function learningRate(
  step: number,
  { rate, warmUp, steps }: { rate: number; warmUp: number; steps: number },
): number {
  if (step < warmUp) return (rate * (step + 1)) / warmUp
  return (rate * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp)))) / 2
}
