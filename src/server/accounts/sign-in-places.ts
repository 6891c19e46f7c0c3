import { AgnizeError } from '../../base/errors.js'
import { networksOf } from './networks.js'

/**
 * Passwords of one network that are checked or wait at the same time, of the 32 of everybody: four networks can keep others
 * out, one cannot. Judgment.
 */
export const maxOfNetwork = 10

/** The sign-ins of this server that are under way, by network. */
export class SignInPlaces {
  readonly #taken = new Map<string, number>()

  /**
   * Takes a place. Those at a provider are counted apart, so that one that hangs keeps nobody from signing in with a password.
   *
   * @returns Frees it.
   * @throws AgnizeError `overloaded`.
   */
  enter(address: string, at: 'here' | 'provider'): () => void {
    const { link, site } = networksOf(address)
    const network = `${at} ${site ?? link}`
    const taken = this.#taken.get(network) ?? 0
    if (taken >= maxOfNetwork) {
      throw new AgnizeError(
        'overloaded',
        'Too many sign-ins from this network are in progress: try again.',
      )
    }
    this.#taken.set(network, taken + 1)
    return () => {
      const left = this.#taken.get(network)! - 1
      if (left > 0) this.#taken.set(network, left)
      else this.#taken.delete(network)
    }
  }
}
