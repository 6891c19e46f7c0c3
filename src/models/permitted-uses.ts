import { AgnizeError } from '../base/errors.js'
import type { EmbeddingCard, ModelCard, Use } from './card.js'
import { forbidsCommercialUse } from './license-words.js'

/** Licenses that permit every use, by their SPDX identifiers in lower case. */
const permissive = new Set([
  ...['mit', 'mit-0', 'apache-2.0', 'bsd-2-clause', 'bsd-3-clause', 'isc', '0bsd', 'unlicense'],
  ...['cc0-1.0', 'cc-by-4.0', 'bsl-1.0', 'zlib'],
])

/** Every {@link Use}. */
export const uses = ['commercial', 'research'] as const satisfies readonly Use[]

/**
 * The use that a setting states; undefined for none.
 *
 * @throws AgnizeError `bad-argument`.
 */
export function useFrom(text: string | undefined): Use | undefined {
  if (!text || text === 'commercial' || text === 'research')
    return (text || undefined) as Use | undefined
  throw new AgnizeError(
    'bad-argument',
    `AGNIZE_USE is ${JSON.stringify(text)}: set it to commercial or research, or not at all.`,
  )
}

/** The uses that a license permits by its words; undefined where they do not tell. */
export function usesOfLicense(license: string): readonly Use[] | undefined {
  if (permissive.has(license.trim().toLowerCase())) return ['commercial', 'research']
  return forbidsCommercialUse(license) ? ['research'] : undefined
}

/** What a network may be used for by its card, in words, and whether that forbids a use. */
export function usesInWords(
  { permittedUses }: Pick<ModelCard, 'permittedUses'>,
  use: Use | undefined,
): string {
  if (permittedUses === undefined) return 'its card does not say for which uses'
  const words = `for ${permittedUses.join(' and ')} use`
  return use === undefined || permittedUses.includes(use)
    ? words
    : `${words}, refused for ${use} use (AGNIZE_USE)`
}

/**
 * Requires that the card of a network permits a use; a card that does not say anything permits it.
 *
 * @throws AgnizeError `license-forbids`.
 */
export function requirePermitted(card: ModelCard, use: Use | undefined): void {
  const { name, license, permittedUses } = card
  if (use === undefined || permittedUses === undefined || permittedUses.includes(use)) return
  throw new AgnizeError(
    'license-forbids',
    `The license of the model ${name} (${license}) does not permit ${use} use, which AGNIZE_USE states: use another model, or correct AGNIZE_USE.`,
  )
}

/**
 * The card with a cohort that a use permits, and its thresholds: the card's own, else the first other one that is permitted,
 * else none, and then it has no thresholds.
 */
export function withPermittedCohort(card: EmbeddingCard, use: Use | undefined): EmbeddingCard {
  const permits = ({ permittedUses }: Pick<ModelCard, 'permittedUses'>) =>
    use === undefined || permittedUses === undefined || permittedUses.includes(use)
  if (!card.cohort || permits(card.cohort)) return card
  const other = card.otherCohorts?.find(({ cohort }) => permits(cohort))
  return { ...card, cohort: other?.cohort, calibration: other?.calibration ?? null }
}
