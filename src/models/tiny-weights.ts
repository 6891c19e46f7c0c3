import { visitFields } from '../onnx/protobuf.js'

/** Weights with a smaller magnitude are set to zero; the last digit of a float32 near 1 is about 1e8 times as large. */
const tiny = 1e-15

/**
 * Sets a network's tiniest weights to zero, in place.
 *
 * Weight decay produces dead channels: 191,000 of the default embedding network's 1.2 million weights are under
 * 1e-15. They change no bit of its output, but they and their products are subnormal numbers, which many processors
 * multiply far more slowly: with them the network takes over 6 times as long on the machine of docs/reference/benchmarks.md.
 * ONNX Runtime's own option, `session.set_denormal_as_zero`, applies to one thread only, and changes the arithmetic of
 * the JavaScript in it.
 *
 * Reads only the fields of the ONNX protobuf that lead to the weights: model (7: graph) → graph
 * (5: initializer; 1: node → 5: attribute → 5: tensor) → tensor (2: data type, 4: float_data, 9: raw_data).
 *
 * @param model - The bytes of an ONNX file; left unchanged where they are not a valid protobuf.
 * @returns The number of weights set to zero.
 */
export function flushTinyWeights(model: Uint8Array): number {
  let flushed = 0
  const view = new DataView(model.buffer, model.byteOffset, model.byteLength)
  try {
    within(0, model.length, { 7: graph })
  } catch (error) {
    // ONNX Runtime rejects bytes that are not a protobuf.
    if (!(error instanceof RangeError)) throw error
  }
  return flushed

  /** Visits the nested messages of the given fields. */
  function within(
    from: number,
    to: number,
    visitors: Record<number, (from: number, to: number) => void>,
  ): void {
    visitFields(model, from, to, { bytes: (field, from, to) => visitors[field]?.(from, to) })
  }

  function graph(from: number, to: number): void {
    within(from, to, { 1: node, 5: tensor })
  }

  function node(from: number, to: number): void {
    within(from, to, { 5: (from, to) => within(from, to, { 5: tensor }) })
  }

  function tensor(from: number, to: number): void {
    let isFloat = false
    const values: [number, number][] = []
    visitFields(model, from, to, {
      bytes: (field, from, to) => {
        if (field === 4 || field === 9) values.push([from, to])
      },
      integer: (field, value) => {
        if (field === 2) isFloat = value === 1
      },
    })
    if (isFloat) for (const [from, to] of values) flush(from, to)
  }

  function flush(from: number, to: number): void {
    for (let at = from; at + 4 <= to; at += 4) {
      const value = view.getFloat32(at, true)
      if (value !== 0 && Math.abs(value) < tiny) {
        view.setFloat32(at, 0, true)
        flushed++
      }
    }
  }
}
