/**
 * Effort of the search for small faces.
 *
 * - `fast`: one pass over the whole picture, shrunk to the network's input.
 * - `full`: then finer levels, down to the picture's own pixels.
 * - `auto`: as `full`, but a finer level is searched only while the level above it found nothing, or faces near its
 *   smallest detectable size.
 */
export type Detail = 'fast' | 'auto' | 'full'

/** Every {@link Detail}. */
export const details = ['fast', 'auto', 'full'] as const satisfies readonly Detail[]
