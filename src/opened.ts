import type { AnalyzeOptions } from './faces/analyze.js'
import type { Gallery } from './gallery/gallery.js'
import type { PhotoSource } from './image/photo.js'
import type { EmbeddingCard } from './models/card.js'
import type { WorkOptions } from './options.js'
import type { FacePool } from './workers/pool.js'
import type { KeptAnalysis } from './workers/protocol.js'

/** What the parts of an opened agnize have in common. */
export interface Opened {
  gallery(): Promise<Gallery>
  /** Whether there is a gallery already; {@link Opened.gallery} makes one. */
  hasGallery(): boolean
  /** Of the embedding model. @throws AgnizeError `model-unknown`, `model-invalid`. */
  card(): Promise<EmbeddingCard>
  /**
   * Finds and embeds the faces of a photo.
   *
   * @param keep - With crops of the faces and the photo's hash.
   */
  analysis(
    photo: PhotoSource,
    options: AnalyzeOptions & WorkOptions,
    keep: boolean,
  ): Promise<KeptAnalysis>
  /** The threads that work on photos and frames. */
  pool(): Promise<FacePool>
}
