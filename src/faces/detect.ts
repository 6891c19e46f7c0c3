import type { TurnedPicture } from '../image/turned-picture.js'
import type { Candidate } from './detectors/candidate.js'
import type { Detail } from './detectors/detail.js'
import { searchLevels } from './detectors/level-search.js'
import type { DetectionNetwork } from './detectors/look.js'
import { searchTiles } from './detectors/tile-search.js'

/** Detects the faces of a picture. @returns In its pixels, best score first; each face once; boxes may extend beyond the picture. */
export function detect(
  picture: TurnedPicture,
  network: DetectionNetwork,
  detail: Detail,
): Promise<Candidate[]> {
  const search = network.card.decoder === 'ssd' ? searchTiles : searchLevels
  return search(picture, network, detail)
}
