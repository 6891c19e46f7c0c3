/**
 * Vectors in pgvector's binary format of `halfvec`: the number of dimensions and zero, of 16 bits each, and the numbers at half
 * precision, all big-endian. A tenth of the text format, and far faster to write and to read.
 */
export function halfvecBytes(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 + 2 * vector.length)
  bytes.writeUInt16BE(vector.length, 0)
  const bits = new Uint32Array(vector.buffer, vector.byteOffset, vector.length)
  for (let i = 0; i < bits.length; i++) bytes.writeUInt16BE(halfOf(bits[i]!), 4 + 2 * i)
  return bytes
}

/** The bits of a half that is nearest to a float, of two the even one (IEEE 754). @param bits - Of the float. */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 0xff) - 112
  const fraction = bits & 0x7fffff
  if (exponent >= 31) return sign | 0x7c00
  if (exponent < -10) return sign
  // Numbers below the smallest exponent keep fewer bits, and the leading one is among them.
  const isSmall = exponent <= 0
  const all = isSmall ? fraction | 0x800000 : fraction
  const dropped = isSmall ? 14 - exponent : 13
  const half = (isSmall ? 0 : exponent << 10) + (all >>> dropped)
  const rest = all & ((1 << dropped) - 1)
  const middle = 1 << (dropped - 1)
  const roundsUp = rest > middle || (rest === middle && (half & 1) === 1)
  return sign | (half + Number(roundsUp))
}
