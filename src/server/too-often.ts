import { AgnizeError } from '../base/errors.js'

/** Said where a key asks more often than it may. */
export const tooOften = (max: number) =>
  new AgnizeError('rate-limited', `This key may ask ${max} times a minute: slow down.`)
