import { setImmediate as turn } from 'node:timers/promises'

/** Bytes processed in one turn of the event loop: well under a millisecond's work. */
const sliceBytes = 256 * 1024

/** Iterates over bytes in slices and yields to the event loop between two. */
export async function* slices(bytes: Uint8Array, size = sliceBytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    if (at > 0) await turn()
    yield bytes.subarray(at, at + size)
  }
}
