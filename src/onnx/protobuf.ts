/**
 * Reads and writes the part of the Protocol Buffers wire format that ONNX files use.
 * https://protobuf.dev/programming-guides/encoding/
 */

/** Callbacks for the fields of a message: length-delimited fields by their offsets, integers by their value. */
export interface FieldVisitors {
  /** Called for bytes, text, packed numbers or a nested message, with the start and end offset of the content. */
  readonly bytes?: (field: number, from: number, to: number) => void
  /** Called for a varint field. */
  readonly integer?: (field: number, value: number) => void
}

/**
 * Visits the fields of a message in order.
 *
 * @param from - Offset in `data` at which the message starts; it ends at `to`.
 * @throws RangeError when the bytes are not a valid message.
 */
export function visitFields(
  data: Uint8Array,
  from: number,
  to: number,
  visitors: FieldVisitors,
): void {
  let at = from
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = data[at++]
      if (byte === undefined) throw new RangeError('the message ends in a number')
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < to) {
    const key = varint()
    const field = Math.floor(key / 8)
    switch (key & 7) {
      case 0: {
        const value = varint()
        visitors.integer?.(field, value)
        break
      }
      case 1:
        at += 8
        break
      case 2: {
        const length = varint()
        const start = at
        at += length
        if (at > to) throw new RangeError('a field reaches out of its message')
        visitors.bytes?.(field, start, at)
        break
      }
      case 5:
        at += 4
        break
      default:
        throw new RangeError('not a protobuf')
    }
  }
}

/** Writes a message, field by field. */
export class MessageWriter {
  readonly #chunks: Uint8Array[] = []
  #length = 0

  /** Writes an integer; a negative one takes ten bytes, as the format requires. */
  integer(field: number, value: number): this {
    this.#varint(BigInt(field * 8))
    return this.#varint(BigInt.asUintN(64, BigInt(value)))
  }

  /** Writes a 32-bit float. */
  float(field: number, value: number): this {
    this.#varint(BigInt(field * 8 + 5))
    return this.#push(new Uint8Array(Float32Array.of(value).buffer))
  }

  /** Writes bytes, text or a nested message. */
  bytes(field: number, content: Uint8Array | string | MessageWriter): this {
    this.#varint(BigInt(field * 8 + 2))
    if (content instanceof MessageWriter) {
      // Its parts, not a copy of them: a network may have hundreds of megabytes.
      this.#varint(BigInt(content.#length))
      for (const chunk of content.#chunks) this.#push(chunk)
      return this
    }
    const data = typeof content === 'string' ? new TextEncoder().encode(content) : content
    this.#varint(BigInt(data.length))
    return this.#push(data)
  }

  /** Returns the bytes of the message written so far. */
  finish(): Uint8Array {
    const message = new Uint8Array(this.#length)
    let at = 0
    for (const chunk of this.#chunks) {
      message.set(chunk, at)
      at += chunk.length
    }
    return message
  }

  #varint(value: bigint): this {
    const bytes: number[] = []
    let rest = value
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    bytes.push(Number(rest))
    return this.#push(Uint8Array.from(bytes))
  }

  #push(chunk: Uint8Array): this {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    return this
  }
}
