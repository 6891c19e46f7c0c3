import { pixelKernelBinary } from './pixel-kernel-binary.js'

/** The inner loops of assembly/pixel-kernel.ts, which describes them; numbers are addresses in the memory and counts. */
export interface PixelKernel {
  blendRows(top: number, bottom: number, bytes: number, fraction: number, to: number): void
  sampleBytes(columns: number, count: number, to: number): void
  sampleFloats(
    columns: number,
    count: number,
    factor: number,
    offset: number,
    to: number,
    plane: number,
  ): void
  halveRows(top: number, bottom: number, count: number, to: number): void
}

/** What is used of WebAssembly: the compiler knows it by the types of browsers only. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: object }
}

interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): void
}

const pageBytes = 65_536
/** What the loops may read or write beyond a buffer, in bytes. */
export const slack = 32

let instance: (PixelKernel & { readonly memory: Memory }) | undefined

/**
 * The loops with a memory of at least some bytes. The memory is the thread's only one: its content is the caller's until the caller
 * returns or waits, and growing it detaches earlier views.
 */
export function pixelKernel(bytes: number): {
  readonly kernel: PixelKernel
  readonly memory: Uint8Array
} {
  instance ??= new WebAssembly.Instance(
    new WebAssembly.Module(Uint8Array.from(atob(pixelKernelBinary), (c) => c.charCodeAt(0))),
  ).exports as PixelKernel & { readonly memory: Memory }
  const { memory } = instance
  const missing = bytes - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
  return { kernel: instance, memory: new Uint8Array(memory.buffer) }
}

/** Places buffers one after another in the memory, each followed by its slack. */
export class Layout {
  /** Bytes of all so far. */
  bytes = 0

  /** @returns The address of the next buffer, a multiple of 16. */
  place(bytes: number): number {
    const at = this.bytes
    this.bytes = (at + bytes + slack + 15) & ~15
    return at
  }
}
