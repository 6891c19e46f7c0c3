import { AgnizeError } from '../base/errors.js'

/** The error for a key that exceeds its requests per minute. */
export const rateLimitError = (max: number) =>
  new AgnizeError('rate-limited', `This key may send ${max} requests a minute: wait and try again.`)
