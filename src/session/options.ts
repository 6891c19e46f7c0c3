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
  /** Name of the gallery in the store; default `default`. Galleries of one store are isolated. */
  readonly gallery?: string
  /**
   * Key of a protected gallery: 32 bytes in hexadecimal or base64; default `AGNIZE_KEY`, else what the file holds that
   * `AGNIZE_KEY_FILE` names.
   */
  readonly key?: string
  /** Actor in the audit log, or a function that returns it at each change; default the user of the operating system. */
  readonly actor?: string | (() => string)
  /** Name of the embedding model; default `fr_feature`. */
  readonly model?: string
  /**
   * Photos worked on at a time, each in a process of its own; default the number of cores. 0 does the work in this
   * process: this starts sooner, but a photo that crashes a decoder ends the program, and no photo can be aborted.
   */
  readonly threads?: number
  /** Forbids downloads; default whether `AGNIZE_OFFLINE` is set. */
  readonly offline?: boolean
  /** Limits of a photo; default 100 MB, 100 megapixels, 200 faces and 120 seconds. */
  readonly limits?: Partial<PhotoLimits>
  /** Called with the progress of the first download of the models. */
  readonly onPull?: (progress: PullProgress) => void
}

/** Options of long work. */
export interface WorkOptions {
  /** Aborts the work; what is already done is kept. */
  readonly signal?: AbortSignal
}

/** Which gallery of a store, and as whom. */
export interface GalleryOptions extends Pick<OpenOptions, 'gallery' | 'key' | 'actor'> {
  /** Whether its photos wait for those of other galleries; default false. */
  readonly background?: boolean
  /** Whether the gallery is made where it is not there; default true. */
  readonly create?: boolean
}
