import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'

/** Maximum number of bytes per read from the pipe. Judgment. */
const chunkSize = 1 << 20

/** Reads a requested number of bytes from a pipe, directly into the result without a copy. */
export class ByteReader {
  #wanted: Uint8Array | undefined
  #at = 0
  #resolve: ((bytes: Uint8Array) => void) | undefined
  /** Chunks that arrived before they were requested. */
  readonly #buffered: Uint8Array[] = []
  readonly #scratch = new Uint8Array(chunkSize)

  constructor(descriptor: number) {
    const onread: OnReadOpts = {
      buffer: () => this.#nextBuffer(),
      callback: (count, buffer) => {
        this.#onBytes(buffer.subarray(0, count))
        return true
      },
    }
    // The types declare `onread` for connections only.
    new Socket({ fd: descriptor, onread } as SocketConstructorOpts)
  }

  /** Resolves with the next `size` bytes; must not be called again before it has resolved. */
  read(size: number): Promise<Uint8Array> {
    return new Promise((resolve) => {
      this.#wanted = new Uint8Array(size)
      this.#at = 0
      this.#resolve = resolve
      for (const chunk of this.#buffered.splice(0)) this.#onBytes(chunk)
      this.#finish()
    })
  }

  /** Buffer that the socket writes the next bytes to. */
  #nextBuffer(): Uint8Array {
    return this.#wanted?.subarray(this.#at, this.#at + chunkSize) ?? this.#scratch
  }

  #onBytes(bytes: Uint8Array): void {
    const wanted = this.#wanted
    if (!wanted) {
      this.#buffered.push(bytes.slice())
      return
    }
    // Bytes that arrived after the request are in `wanted` already.
    if (bytes.buffer !== wanted.buffer) wanted.set(bytes, this.#at)
    this.#at += bytes.length
    this.#finish()
  }

  #finish(): void {
    const wanted = this.#wanted
    if (!wanted || this.#at < wanted.length) return
    this.#wanted = undefined
    this.#resolve!(wanted)
  }
}
