/** Compiles assembly/pixel-kernel.ts into the module that carries it, src/image/pixel-kernel-binary.ts: `npm run make:kernel`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const source = 'assembly/pixel-kernel.ts'
const module = 'src/image/pixel-kernel-binary.ts'

/** @returns The WebAssembly module of the source. */
export async function compilePixelKernel(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const { error, stderr } = await asc.main(
    [source, '-O3', '--runtime', 'stub', '--enable', 'simd', '--outFile', 'binary'],
    {
      readFile: (name) => {
        try {
          return readFileSync(name, 'utf8')
        } catch {
          return null
        }
      },
      writeFile: (_, contents) => {
        binary = contents as Uint8Array
      },
      listFiles: () => [],
    },
  )
  if (error || !binary) throw new Error(`${source}: ${stderr.toString()}`, { cause: error })
  return binary
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const binary = await compilePixelKernel()
  writeFileSync(
    module,
    `/** ${source}, compiled by \`npm run make:kernel\`, in base64. */
export const pixelKernelBinary =
  '${Buffer.from(binary).toString('base64')}'
`,
  )
  console.log(`${module}: ${binary.length} bytes`)
}
