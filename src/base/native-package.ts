import { createRequire } from 'node:module'

/** A native library that is loaded, or the reason why not. */
export type NativePackage<Library> = { readonly library: Library } | { readonly reason: string }

/**
 * Loads a native library: from the package with its binaries for this platform, which the published agnize has as optional
 * dependencies (scripts/platform-packages.ts), or from the original package, as in a clone of the repository.
 *
 * @param name - Short name, such as `onnxruntime`.
 * @param original - Name of the original package.
 */
export function loadNativePackage<Library>(name: string, original: string): NativePackage<Library> {
  const require = createRequire(import.meta.url)
  const own = `@agnize/${name}-${process.platform}-${process.arch}`
  for (const installed of [own, original]) {
    try {
      require.resolve(installed)
    } catch {
      continue
    }
    try {
      return { library: require(installed) }
    } catch (error) {
      return { reason: `${installed} does not load: ${(error as Error).message.split('\n')[0]}` }
    }
  }
  return { reason: `${own} is not installed` }
}
