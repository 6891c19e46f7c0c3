/**
 * The inner loops of sampling and halving pictures, in AssemblyScript: 128-bit SIMD, which JavaScript has not.
 * `npm run make:kernel` compiles it into src/image/pixel-kernel-binary.ts.
 *
 * Its caller (src/image/pixel-kernel.ts) lays out the memory: loops end at a multiple of their step, so that every buffer is followed
 * by what they may read or write beyond it. Pixels are three bytes, red, green, blue.
 */

/**
 * Blends two rows byte by byte: `top · (256 − fraction) + bottom · fraction`. The result has 16 bits without a sign; it is written with
 * the highest bit inverted, which makes it itself − 2¹⁵ with a sign, since the product of `sample` takes signed factors only.
 */
export function blendRows(top: usize, bottom: usize, bytes: usize, fraction: i32, to: usize): void {
  const below = i16x8.splat(<i16>fraction)
  const above = i16x8.splat(<i16>(256 - fraction))
  const highest = i16x8.splat(-0x8000)
  for (let i: usize = 0; i < bytes; i += 16) {
    const a = v128.load(top + i)
    const b = v128.load(bottom + i)
    const low = i16x8.add(
      i16x8.mul(i16x8.extend_low_i8x16_u(a), above),
      i16x8.mul(i16x8.extend_low_i8x16_u(b), below),
    )
    const high = i16x8.add(
      i16x8.mul(i16x8.extend_high_i8x16_u(a), above),
      i16x8.mul(i16x8.extend_high_i8x16_u(b), below),
    )
    v128.store(to + 2 * i, v128.xor(low, highest))
    v128.store(to + 2 * i, v128.xor(high, highest), 16)
  }
}

/**
 * A pixel of the output, as four integers: red, green, blue, and one without a meaning.
 *
 * @param column - Where the pixel's entry of the columns lies: the address of the blended pixel to the left, whose right neighbor
 * follows it, and the weights of both, 16 bits each, which sum up to 256.
 */
function sample(column: usize): v128 {
  const both = v128.load(load<u32>(column))
  const pairs = v128.shuffle<i16>(both, both, 0, 3, 1, 4, 2, 5, 2, 5)
  const blended = i32x4.dot_i16x8_s(pairs, v128.load32_splat(column, 4))
  // Adds what blendRows took away, and a half to round.
  return i32x4.shr_s(i32x4.add(blended, i32x4.splat((1 << 23) + (1 << 15))), 16)
}

/** Samples columns of the blended row into bytes. */
export function sampleBytes(columns: usize, count: usize, to: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const pixel = sample(columns + 8 * i)
    const bytes = i8x16.shuffle(pixel, pixel, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12)
    v128.store32_lane(to + 3 * i, bytes, 0)
  }
}

/** Samples columns of the blended row into three rows of floats, `plane` bytes apart: `value · factor + offset`. */
export function sampleFloats(
  columns: usize,
  count: usize,
  factor: f64,
  offset: f64,
  to: usize,
  plane: usize,
): void {
  for (let i: usize = 0; i < count; i += 4) {
    const column = columns + 8 * i
    const a = sample(column)
    const b = sample(column + 8)
    const c = sample(column + 16)
    const d = sample(column + 24)
    // From four pixels of three values to three rows of four values.
    const redGreenAb = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
    const redGreenCd = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
    const blueAb = v128.shuffle<i32>(a, b, 2, 6, 2, 6)
    const blueCd = v128.shuffle<i32>(c, d, 2, 6, 2, 6)
    const row = to + 4 * i
    v128.store(row, scaled(v128.shuffle<i64>(redGreenAb, redGreenCd, 0, 2), factor, offset))
    v128.store(row + plane, scaled(v128.shuffle<i64>(redGreenAb, redGreenCd, 1, 3), factor, offset))
    v128.store(row + 2 * plane, scaled(v128.shuffle<i64>(blueAb, blueCd, 0, 2), factor, offset))
  }
}

/** Four integers as floats, computed in double precision and rounded once, as JavaScript does. */
function scaled(integers: v128, factor: f64, offset: f64): v128 {
  const factors = f64x2.splat(factor)
  const offsets = f64x2.splat(offset)
  const last = v128.shuffle<i64>(integers, integers, 1, 1)
  const low = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(integers), factors), offsets)
  const high = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(last), factors), offsets)
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/** Averages two rows of `2 · count` pixels, two by two, into a row of `count` pixels. */
export function halveRows(top: usize, bottom: usize, count: usize, to: usize): void {
  for (let i: usize = 0; i < count; i += 2) {
    const a = v128.load(top + 6 * i)
    const b = v128.load(bottom + 6 * i)
    const low = i16x8.add(i16x8.extend_low_i8x16_u(a), i16x8.extend_low_i8x16_u(b))
    const high = i16x8.add(i16x8.extend_high_i8x16_u(a), i16x8.extend_high_i8x16_u(b))
    const left = v128.shuffle<i16>(low, high, 0, 1, 2, 6, 7, 8, 0, 0)
    const right = v128.shuffle<i16>(low, high, 3, 4, 5, 9, 10, 11, 0, 0)
    const average = i16x8.shr_u(i16x8.add(i16x8.add(left, right), i16x8.splat(2)), 2)
    v128.store64_lane(to + 3 * i, i8x16.narrow_i16x8_u(average, average), 0)
  }
}
