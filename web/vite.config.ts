import { readdirSync } from 'node:fs'
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import optimizeLocales from '@react-aria/optimize-locales-plugin'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig, type Plugin } from 'vite'

const root = import.meta.dirname
const compress = promisify(brotliCompress)
/** The console's languages: the folders of its texts. React Aria's own words are in some thirty others too. */
const locales = readdirSync(resolve(root, 'src/texts'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/**
 * Writes a compressed copy beside every file that gains by it, which the server sends as it is. Of the WebAssembly only the copy
 * remains, since it is most of the package's size (src/server/console.ts, src/models/onnx-runtime.ts).
 */
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
            // The best quality is far slower on 14 MB of WebAssembly, and hardly smaller.
            const quality = bytes.length > 1e6 ? 5 : 11
            const params = { [constants.BROTLI_PARAM_QUALITY]: quality }
            await writeFile(join(dir!, `${file}.br`), await compress(bytes, { params }))
            if (file.endsWith('.wasm')) await rm(join(dir!, file))
          }),
      )
    },
  }
}

/** What Vite's list leaves out: the libraries of the worker. */
function workerLicenses(): Plugin {
  return {
    name: 'worker-licenses',
    apply: 'build',
    async writeBundle({ dir }) {
      const list = ['onnxruntime-web', 'onnxruntime-common'].map(async (name) => {
        const file = resolve(root, `../node_modules/${name}/package.json`)
        const { version, license, author, repository } = JSON.parse(await readFile(file, 'utf8'))
        const by = author?.name ?? author
        return `\n## ${name} - ${version} (${license})\n\n${by}, ${repository?.url ?? repository}\n\nThe license text is that of its repository's LICENSE.\n`
      })
      const text = (await Promise.all(list)).join('')
      await appendFile(join(dir!, 'licenses.md'), text).catch((error: { code?: string }) => {
        // The tests build pages without a list.
        if (error.code !== 'ENOENT') throw error
      })
    },
  }
}

export default defineConfig({
  root,
  // Whatever path of a proxy it is served behind.
  base: './',
  plugins: [react(), optimizeLocales.vite({ locales }), workerLicenses(), precompressed()],
  resolve: {
    alias: {
      '#runtime': resolve(root, '../src/models/runtime.web.ts'),
      '#codec': resolve(root, '../src/image/codec.web.ts'),
    },
    // ONNX Runtime's threads would load our own worker otherwise (docs/reference/decisions.md).
    conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions],
  },
  worker: { format: 'es' },
  build: {
    outDir: resolve(root, '../dist/console'),
    emptyOutDir: true,
    target: 'es2023',
    // Everything by address: a policy without "data:" for scripts is simpler to judge.
    assetsInlineLimit: 0,
    // What is bundled keeps its authors' licenses.
    license: { fileName: 'licenses.md' },
    rollupOptions: {
      output: {
        // Every language is in a file of its own, which would be one more "index".
        chunkFileNames: ({ facadeModuleId }) => {
          const language = /\/texts\/([^/]+)\/index\.ts$/.exec(facadeModuleId ?? '')?.[1]
          return `assets/${language ? `texts-${language}` : '[name]'}-[hash].js`
        },
      },
    },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
})
