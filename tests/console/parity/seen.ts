/** What the pipeline made of a picture here. */
export interface Seen {
  readonly width: number
  readonly height: number
  readonly faces: readonly {
    readonly box: { x: number; y: number; width: number; height: number }
    readonly quality: number
    readonly vector: readonly number[]
  }[]
}

declare global {
  interface Window {
    /** Looks at the picture at an address. */
    look(address: string): Promise<Seen>
  }
}
