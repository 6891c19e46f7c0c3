import type { FastifyInstance } from 'fastify'
import { AgnizeError } from '../../base/errors.js'
import { checked } from '../check.js'
import type { ServerContext } from '../context.js'
import { liveOperation } from '../routes/live-operation.js'
import { identifyOptionsOf, inGallery, liveQuery } from '../routes/parameters.js'

/** Registers the route of live connections. */
export function addLive(routes: FastifyInstance, server: ServerContext): void {
  routes.route({
    method: 'GET',
    url: liveOperation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { operation: liveOperation },
    preValidation: async (request) => {
      const { gallery } = checked(inGallery, request.params, 'The address')
      identifyOptionsOf(checked(liveQuery, request.query, 'The query'))
      await server.galleries.get(gallery)
    },
    handler: async () => {
      throw new AgnizeError(
        'bad-argument',
        'This address serves WebSockets: send an upgrade request.',
      )
    },
    wsHandler: (socket, request) => server.live.add(socket, request),
  })
}
