/**
 * An object whose methods, all asynchronous, are refused once what it belongs to is closed: before they look at their
 * arguments, whatever they would do. Generators are refused when the first value is asked for.
 *
 * @param checkOpen - Throws when it is closed.
 */
export function whileOpen<Part extends object>(part: Part, checkOpen: () => void): Part {
  return new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        // Private fields are the target's, not the proxy's.
        const call = () => value.apply(target, args)
        if (value instanceof asyncGeneratorFunction) return refusable(call, checkOpen)
        try {
          checkOpen()
        } catch (error) {
          return Promise.reject(error)
        }
        return call()
      }
    },
  })
}

const asyncGeneratorFunction = async function* () {}.constructor as FunctionConstructor

async function* refusable(call: () => AsyncIterable<unknown>, checkOpen: () => void) {
  checkOpen()
  yield* call()
}
