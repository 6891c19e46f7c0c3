import { modelId } from '../../models/card.js'
import { keyIn } from '../authenticate.js'
import { has } from '../keys/caller.js'
import type { CompreFaceRoute } from './compreface-route.js'
import { refusals } from './refusal.js'

/** Routes that concern the whole installation. */
export const installationRoutes: readonly CompreFaceRoute[] = [
  {
    id: 'getConfig',
    method: 'GET',
    path: '/config',
    service: null,
    scope: 'read',
    handle: async ({ server }) => ({
      clientMaxFileSize: Math.floor(server.settings.maxMegabytes * 1e6),
      clientMaxBodySize: Math.floor(server.settings.maxRequestMegabytes * 1e6),
    }),
  },
  {
    id: 'getStatus',
    method: 'GET',
    path: '/consistence/status',
    service: null,
    scope: 'read',
    handle: async () => ({
      demoFaceCollectionIsInconsistent: false,
      dbIsInconsistent: false,
      saveImagesToDB: true,
      status: 'OK',
    }),
  },
  {
    id: 'migrate',
    method: 'POST',
    path: '/migrate',
    // CompreFace requires no key here; agnize does, since the operation processes every enrolled face.
    service: null,
    scope: 'admin',
    handle: async ({ server, request, reply }) => {
      const key = keyIn(request)
      if (key === undefined) throw refusals.noKey()
      const caller = await server.keys.find(key)
      if (!caller || !has(caller, 'admin') || !caller.galleries.includes('*')) {
        throw refusals.unknownKey('recognition', key)
      }
      const model = await server.root.session.card()
      for (const gallery of await server.galleries.list()) {
        if (gallery.model === null || gallery.model === modelId(model)) continue
        const jobs = await server.jobs.list(gallery.name, undefined, 100)
        if (jobs.some(({ kind, finishedAt }) => kind === 'migrate' && finishedAt === null)) {
          throw refusals.migrating()
        }
        await server.jobs.create(gallery.name, 'migrate', { model: model.name, switch: true })
      }
      reply.type('text/plain; charset=utf-8')
      return 'Migration started'
    },
  },
]
