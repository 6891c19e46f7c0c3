/** Inputs of networks that nothing uses at the moment, the one used last at the end. */
const free: Float32Array[] = []
/** How many are kept: looks of one thread are one after another, but for photos analyzed side by side in the caller's process. */
const kept = 4

/**
 * Lends an input of a network, with any content: a new one takes longer to come by than to be filled.
 *
 * @param length - Number of floats.
 * @param use - Fills it and runs the network. It must not keep it.
 * @returns What `use` returns.
 */
export async function withTensor<T>(
  length: number,
  use: (tensor: Float32Array) => Promise<T>,
): Promise<T> {
  const at = free.findLastIndex((tensor) => tensor.length === length)
  const tensor = at < 0 ? new Float32Array(length) : free.splice(at, 1)[0]!
  // After an error it is left to the garbage collector: a run may have been given up while it still reads.
  const result = await use(tensor)
  free.push(tensor)
  if (free.length > kept) free.shift()
  return result
}
