import { setImmediate as turn } from 'node:timers/promises'

/** How much is worked on in one turn of the event loop: well under a millisecond's work, in bytes. */
const sliceBytes = 256 * 1024

/** Goes through many bytes in slices, and lets others have their turn between two. */
export async function* slices(bytes: Uint8Array, size = sliceBytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    if (at > 0) await turn()
    yield bytes.subarray(at, at + size)
  }
}
