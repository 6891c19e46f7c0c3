/**
 * Wraps an object whose methods are all asynchronous: once its owner is closed, every method rejects, before it looks at its
 * arguments. Generators reject when the first value is requested.
 *
 * @param checkOpen - Throws when the owner is closed.
 */
export function rejectWhenClosed<Part extends object>(part: Part, checkOpen: () => void): Part {
  return new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        // Private fields belong to the target, not to the proxy.
        const call = () => value.apply(target, args)
        if (value instanceof asyncGeneratorFunction) return rejectableGenerator(call, checkOpen)
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

async function* rejectableGenerator(call: () => AsyncIterable<unknown>, checkOpen: () => void) {
  checkOpen()
  yield* call()
}
