import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** The console as `npm run build` makes it. */
const folder = fileURLToPath(new URL('../console', import.meta.url))

/** Serves the console's files: one page at `/`, whose parts have their hash in their name. */
export async function addConsole(app: FastifyInstance): Promise<void> {
  if (!existsSync(folder)) return
  await app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    // Addresses of the console's pages come to its one file by `sendConsole`.
    wildcard: false,
    globIgnore: ['**/*.{br,gz}'],
    immutable: true,
    maxAge: '1y',
    setHeaders: (reply, path) => {
      if (path.endsWith('index.html')) reply.setHeader('cache-control', 'no-cache')
    },
  })
}

/** Whether somebody opens a page in a browser, at an address that is not the API's. */
export function opensPage({ method, url, headers }: FastifyRequest): boolean {
  const page = !/^\/(v1|api|assets|docs)(\/|$|\?)/.test(url)
  return method === 'GET' && page && (headers.accept ?? '').includes('text/html')
}

/**
 * The console for any address of its pages: which one is shown is its own affair. What it consists of is named relative to that
 * address, since a proxy may serve it all behind a path that only the browser knows.
 */
export async function sendConsole(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const page = await readFile(join(folder, 'index.html'), 'utf8')
  const html = page.replaceAll(/((?:src|href)=")\.\//g, `$1${wayUp(request.url)}`)
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html)
}

/** From an address to the root: `./` of `/people`, `../` of `/people/Anna`. */
export function wayUp(url: string): string {
  const depth = url.split('?')[0]!.split('/').length - 2
  return depth > 0 ? '../'.repeat(depth) : './'
}
