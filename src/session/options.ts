import type { Use } from '../models/card.js'
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
  /**
   * Name of the gallery in the store; default `AGNIZE_GALLERY`, else `default`. Galleries of one store are isolated from
   * each other.
   */
  readonly gallery?: string
  /**
   * Key of a protected gallery: 32 bytes in hexadecimal or base64; default `AGNIZE_KEY`, else the content of the file that
   * `AGNIZE_KEY_FILE` names.
   */
  readonly key?: string
  /** Actor that the audit log records, or a function that returns it at each change; default the operating system's user. */
  readonly actor?: string | (() => string)
  /** Name of the embedding model; default `AGNIZE_MODEL`, else that of the gallery's templates, else `fr_feature`. */
  readonly model?: string
  /**
   * Name of the detection network; default `AGNIZE_DETECTOR`, else that of the gallery's templates, else the home's default
   * (`agnize models use`), else `yunet` where it was pulled, else `fr_detect`.
   */
  readonly detector?: string
  /**
   * Photos processed concurrently, each in its own process; default the number of cores. 0 processes photos in this process:
   * it starts sooner, but a photo that crashes a decoder ends the program, and a photo in progress cannot be aborted.
   */
  readonly threads?: number
  /** Whether network access is disabled; default whether `AGNIZE_OFFLINE` is set. */
  readonly offline?: boolean
  /** URL of an npm registry that models are downloaded from; default `AGNIZE_MODELS_MIRROR`, else that of npm's settings. */
  readonly modelsMirror?: string
  /**
   * What the networks are used for; default `AGNIZE_USE`. A network whose card does not permit it is refused
   * (`license-forbids`); without this option no network is.
   */
  readonly use?: Use
  /**
   * What networks run on: `auto`, `cpu`, `webgpu`, `cuda`, `tensorrt`, `dml` or `coreml`; default `AGNIZE_DEVICE`, else `cpu`. Single
   * networks, by name or task: `cpu,embedding=cuda`, or `{ default: 'cpu', embedding: 'cuda' }`. Only `auto` falls back to the
   * processor.
   */
  readonly device?: string | Readonly<Record<string, string>>
  /** Limits for a photo; default 100 MB, 100 megapixels, 200 faces and 120 seconds. */
  readonly limits?: Partial<PhotoLimits>
  /** Called with the progress of the first download of the models. */
  readonly onPull?: (progress: PullProgress) => void
  /**
   * Called before an existing store is upgraded to the schema of this version, with its path or address. In a gallery of
   * 100,000 faces the upgrade can take minutes.
   */
  readonly onSchemaUpgrade?: (place: string) => void
}

/** Options of long-running work. */
export interface WorkOptions {
  /** Aborts the work; finished parts are kept. */
  readonly signal?: AbortSignal
}

/** Name, key and actor of a gallery of a store. */
export interface GalleryOptions extends Pick<OpenOptions, 'gallery' | 'key' | 'actor'> {
  /** Whether photos of this session wait for those of other galleries; default false. */
  readonly background?: boolean
  /** Whether a missing gallery is created; default true. */
  readonly create?: boolean
}
