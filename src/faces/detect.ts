import type { TurnedPicture } from '../image/turned-picture.js'
import type { Candidate } from './detectors/candidate.js'
import type { Detail } from './detectors/detail.js'
import { glanceAtLevel, searchLevels } from './detectors/level-search.js'
import type { DetectionNetwork } from './detectors/look.js'
import { glanceInTile, searchTiles } from './detectors/tile-search.js'

/** Detects the faces of a picture. @returns In its pixels, best score first; each face once; boxes may extend beyond the picture. */
export function detect(
  picture: TurnedPicture,
  network: DetectionNetwork,
  detail: Detail,
): Promise<Candidate[]> {
  const search = network.card.decoder === 'ssd' ? searchTiles : searchLevels
  return search(picture, network, detail)
}

/**
 * Looks once at a part of a picture in which a face is expected, again or more precisely.
 *
 * @returns As {@link detect}.
 */
export function glance(picture: TurnedPicture, network: DetectionNetwork): Promise<Candidate[]> {
  const once = network.card.decoder === 'ssd' ? glanceInTile : glanceAtLevel
  return once(picture, network, glanceEnlargement)
}

/** How many times the part may be enlarged rather than decoded anew. Judgment: as aligned faces are. */
const glanceEnlargement = 1.4
