/**
 * Puts ONNX Runtime's WebAssembly build for Node beside the module that loads it (src/models/onnx-runtime.ts): part of
 * `npm run build`. Its WebAssembly is the console's.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'

const script = createRequire(import.meta.url)
  .resolve('onnxruntime-web')
  .replace(/\.js$/, '.mjs')
mkdirSync('dist/models/onnxruntime-web', { recursive: true })
copyFileSync(script, 'dist/models/onnxruntime-web/ort.node.min.mjs')
