import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'

/** Most bytes that are read at a time. */
const chunkSize = 1 << 20

/** Reads so many bytes of a pipe as are asked for, straight to where they are wanted. */
export class ByteReader {
  #wanted: Uint8Array | undefined
  #at = 0
  #resolve: ((bytes: Uint8Array) => void) | undefined
  /** What came before it was asked for. */
  readonly #early: Uint8Array[] = []
  readonly #scratch = new Uint8Array(chunkSize)

  constructor(descriptor: number) {
    const onread: OnReadOpts = {
      buffer: () => this.#room(),
      callback: (count, buffer) => {
        this.#take(buffer.subarray(0, count))
        return true
      },
    }
    // Its types know this option of connections only.
    new Socket({ fd: descriptor, onread } as SocketConstructorOpts)
  }

  /** The next `size` bytes; not to be called again before they are there. */
  read(size: number): Promise<Uint8Array> {
    return new Promise((resolve) => {
      this.#wanted = new Uint8Array(size)
      this.#at = 0
      this.#resolve = resolve
      for (const early of this.#early.splice(0)) this.#take(early)
      this.#finish()
    })
  }

  /** Where the next bytes go. */
  #room(): Uint8Array {
    return this.#wanted?.subarray(this.#at, this.#at + chunkSize) ?? this.#scratch
  }

  #take(bytes: Uint8Array): void {
    const wanted = this.#wanted
    if (!wanted) {
      this.#early.push(bytes.slice())
      return
    }
    // Read in place, unless it came early.
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
