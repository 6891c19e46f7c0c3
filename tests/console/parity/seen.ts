/** Result of the pipeline in the browser for an image. */
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
    /** Analyzes the image at a URL. */
    look(address: string): Promise<Seen>
  }
}
