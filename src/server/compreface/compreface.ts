import type { FastifyInstance } from 'fastify'
import type { ServerContext } from '../context.js'

export async function addCompreFace(
  _routes: FastifyInstance,
  _server: ServerContext,
): Promise<void> {}
