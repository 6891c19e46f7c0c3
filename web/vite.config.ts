import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig, type Plugin } from 'vite'

const root = import.meta.dirname
const compress = promisify(brotliCompress)

/** Leaves a compressed copy beside every file that gains by it, which the server sends as it is. */
function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    async writeBundle({ dir }) {
      const files = await readdir(dir!, { recursive: true })
      await Promise.all(
        files
          .filter((file) => /\.(html|js|mjs|css|wasm|svg|webmanifest)$/.test(file))
          .map(async (file) => {
            const bytes = await readFile(join(dir!, file))
            // The best is far slower on 14 MB of WebAssembly, and hardly smaller.
            const quality = bytes.length > 1e6 ? 5 : 11
            const params = { [constants.BROTLI_PARAM_QUALITY]: quality }
            await writeFile(join(dir!, `${file}.br`), await compress(bytes, { params }))
          }),
      )
    },
  }
}

export default defineConfig({
  root,
  plugins: [react(), precompressed()],
  resolve: {
    alias: {
      '#runtime': resolve(root, '../src/models/runtime.web.ts'),
      '#codec': resolve(root, '../src/image/codec.web.ts'),
    },
    // ONNX Runtime's threads would load our own worker otherwise (docs/architecture.md).
    conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions],
  },
  worker: { format: 'es' },
  build: {
    outDir: resolve(root, '../dist/console'),
    emptyOutDir: true,
    target: 'es2023',
    // Everything by address: a policy without "data:" for scripts is simpler to judge.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
})
