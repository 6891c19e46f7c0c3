import { createReadStream, existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Folder of the console as `npm run build` writes it. */
const folder = fileURLToPath(new URL('../console', import.meta.url))

/** Serves the console's files: one page at `/`, whose assets have their hash in their name. */
export async function addConsole(app: FastifyInstance): Promise<void> {
  if (!existsSync(folder)) return
  await app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    // `sendConsole` answers the URLs of the console's pages.
    wildcard: false,
    globIgnore: ['**/*.{br,gz}'],
    // The plugin's own header would replace the one of `setHeaders`.
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.setHeader('cache-control', cachingOf(path))
    },
  })
  await addCompressedOnly(app)
}

/** Assets have their hash in their name and never change; the page names the assets of one version and is never stored. */
function cachingOf(path: string): string {
  if (/\.html(\.br)?$/.test(path)) return 'no-store'
  return dirname(path) === join(folder, 'assets') ? immutable : 'no-cache'
}

const immutable = 'public, max-age=31536000, immutable'

/** Serves the WebAssembly, of which there is only a compressed file (web/vite.config.ts): it is 14 MB without. */
async function addCompressedOnly(app: FastifyInstance): Promise<void> {
  const files = await readdir(join(folder, 'assets'))
  for (const file of files.filter((name) => name.endsWith('.wasm.br'))) {
    app.get(`/assets/${file.replace(/\.br$/, '')}`, (request, reply) => {
      reply
        .type('application/wasm')
        .header('cache-control', immutable)
        .header('vary', 'accept-encoding')
      const compressed = createReadStream(join(folder, 'assets', file))
      if (/\bbr\b/.test(String(request.headers['accept-encoding']))) {
        return reply.header('content-encoding', 'br').send(compressed)
      }
      return reply.send(compressed.pipe(createBrotliDecompress()))
    })
  }
}

/** Whether a browser navigates to a URL that is not the API's. */
export function opensPage({ method, url, headers }: FastifyRequest): boolean {
  const page = !/^\/(v1|api|assets|docs)(\/|$|\?)/.test(url)
  return method === 'GET' && page && (headers.accept ?? '').includes('text/html')
}

/**
 * Sends the console for any URL of its pages; the console does the routing. Its assets are linked relative to that URL, since
 * a proxy may serve the console under a path prefix that only the browser knows.
 */
export async function sendConsole(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const page = await readFile(join(folder, 'index.html'), 'utf8')
  const html = page.replaceAll(/((?:src|href)=")\.\//g, `$1${wayUp(request.url)}`)
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html)
}

/** Relative path from a URL to the root: `./` for `/people`, `../` for `/people/Anna`. */
export function wayUp(url: string): string {
  const depth = url.split('?')[0]!.split('/').length - 2
  return depth > 0 ? '../'.repeat(depth) : './'
}
