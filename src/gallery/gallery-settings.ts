import { AgnizeError } from '../base/errors.js'
import type { GreetingSettings } from './greeting-store.js'
import type { Retention } from './retention-store.js'

/** Maximum number of days of a retention period: a century. Judgment. */
export const maxRetentionDays = 36_500
/** Maximum number of characters of a purpose. Judgment. */
export const maxPurposeLength = 200
/** Maximum number of characters of a greeting, and of seconds until a person is greeted again. Judgment. */
const greetingLimits = { phrase: 300, againAfter: 86_400 } as const

/** Validates the retention settings of a gallery. @throws AgnizeError `bad-argument`. */
export function checkedRetention({ purpose, days }: Retention): Retention {
  if (purpose !== null && !isText(purpose, maxPurposeLength)) {
    throw new AgnizeError(
      'bad-argument',
      `The purpose must be 1 to ${maxPurposeLength} characters, or null for none.`,
    )
  }
  if (days !== null && !isWhole(days, maxRetentionDays)) {
    throw new AgnizeError(
      'bad-argument',
      `The retention period must be 1 to ${maxRetentionDays} whole days, or null to keep people until they are removed.`,
    )
  }
  return { purpose, days }
}

/** Validates the greeting settings of a gallery. @throws AgnizeError `bad-argument`. */
export function checkedGreeting({ phrase, againAfter }: GreetingSettings): GreetingSettings {
  if (phrase !== null && !isText(phrase, greetingLimits.phrase)) {
    throw new AgnizeError(
      'bad-argument',
      `The greeting phrase must be 1 to ${greetingLimits.phrase} characters, or null for the default.`,
    )
  }
  if (againAfter !== null && !isWhole(againAfter, greetingLimits.againAfter)) {
    throw new AgnizeError(
      'bad-argument',
      `A person is greeted again after 1 to ${greetingLimits.againAfter} whole seconds, or null for the default.`,
    )
  }
  return { phrase, againAfter }
}

const isText = (value: unknown, maxLength: number) =>
  typeof value === 'string' && value.trim() !== '' && [...value].length <= maxLength

const isWhole = (value: unknown, max: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max
