import type { PullProgress } from '../models/model-store.js'
import type { PhotoLimits } from '../workers/limits.js'

/** Options of `openAgnize`. */
export interface OpenOptions {
  /** Folder of models and gallery; default `AGNIZE_HOME`, else `~/.agnize`. */
  readonly home?: string
  /**
   * File of the gallery; default `AGNIZE_STORE`, else `gallery.sqlite` in the home. `:memory:` keeps it in memory until it
   * is closed; `postgres://USER:PASSWORD@HOST:PORT/DATABASE` is a PostgreSQL database with pgvector.
   */
  readonly store?: string
  /** Which gallery in the store; default `default`. Galleries of one store never see each other. */
  readonly gallery?: string
  /**
   * Key of a protected gallery: 32 bytes in hexadecimal or base64; default `AGNIZE_KEY`, else what the file holds that
   * `AGNIZE_KEY_FILE` names.
   */
  readonly key?: string
  /** Whom the log of what was done names, or what tells it at each change; default the user of the operating system. */
  readonly actor?: string | (() => string)
  /** Name of the embedding model; default `fr_feature`. */
  readonly model?: string
  /**
   * Photos worked on at a time, each in a process of its own; default the number of cores. 0 does the work in this process:
   * it starts sooner, but a photo that crashes a decoder takes the program with it, and none can be ended half way.
   */
  readonly threads?: number
  /** Never touch the network; default whether `AGNIZE_OFFLINE` is set. */
  readonly offline?: boolean
  /** What a photo may cost; default 100 MB, 100 megapixels, 200 faces and 120 seconds. */
  readonly limits?: Partial<PhotoLimits>
  /** Told how far the first download of the models has come. */
  readonly onPull?: (progress: PullProgress) => void
}

/** What long work takes. */
export interface WorkOptions {
  /** Stops the work; what is already done stays. */
  readonly signal?: AbortSignal
}

/** Which gallery of a store, and as whom. */
export interface GalleryOptions extends Pick<OpenOptions, 'gallery' | 'key' | 'actor'> {
  /** Whether its photos wait for those of other galleries; default false. */
  readonly background?: boolean
  /** Whether the gallery is made where it is not there; default true. */
  readonly create?: boolean
}
