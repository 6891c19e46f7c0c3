import { z } from 'zod'
import { lostAfterMs, type WatchedCamera } from '../../gallery/camera-store.js'
import type { VisitedCamera } from '../../gallery/visit-store.js'
import { operation } from '../operation.js'
import { inGallery } from './parameters.js'

const time = z.iso.datetime()

const watchSchema = z
  .object({
    state: z
      .enum(['starting', 'online', 'offline', 'failed', 'lost'])
      .describe(
        '`offline`: it delivers nothing, and is tried again; `failed`: it cannot be read, and is not tried again; `lost`: the program that watches it was not heard of for 35 seconds.',
      ),
    since: time.describe('When this state began; of a lost one, when it was last heard of.'),
    heard_at: time.describe('When the program was last heard of.'),
    frame_at: time.nullable().describe('When its last frame was examined; no frame is kept.'),
    frames_per_second: z.number().nullable(),
    error: z.string().nullable().describe('Code of the error for which it has failed.'),
    programs: z
      .int()
      .describe(
        'Number of programs that report it at present. With more than one, each records the visits of the same people: stop one, or give its camera another name.',
      ),
  })
  .meta({ id: 'CameraWatch' })

const cameraSchema = z
  .object({
    camera: z.string(),
    visits: z.int(),
    first_at: time.nullable().describe('First visit; null where none was recorded.'),
    last_at: time.nullable().describe('End of the last visit; null where none was recorded.'),
    watch: watchSchema
      .nullable()
      .describe(
        'How the program that watches it reports it; null for a camera that is not watched.',
      ),
  })
  .meta({ id: 'Camera' })

export const cameraOperations = [
  operation({
    id: 'listCameras',
    method: 'GET',
    path: '/v1/galleries/{gallery}/cameras',
    scope: 'read',
    tag: 'Visits',
    summary: 'List the cameras that are watched, and those at which visits were recorded',
    description:
      '`agnize watch` reports its cameras every ten seconds and at changes, and takes them off the list when it ends.',
    params: inGallery,
    answers: [
      {
        status: 200,
        description: 'The cameras, sorted by name.',
        schema: z.object({ items: z.array(cameraSchema) }),
      },
    ],
    handle: async ({ agnize }) => {
      const [visited, watched] = await Promise.all([agnize.visits.cameras(), agnize.cameras.list()])
      const visitsOf = new Map(visited.map((each) => [each.camera, each]))
      const watchOf = new Map(watched.map((each) => [each.camera, each]))
      const names = [...new Set([...visitsOf.keys(), ...watchOf.keys()])].sort()
      return { items: names.map((name) => cameraJson(name, visitsOf.get(name), watchOf.get(name))) }
    },
  }),
]

function cameraJson(
  camera: string,
  visited: VisitedCamera | undefined,
  watched: WatchedCamera | undefined,
) {
  return {
    camera,
    visits: visited?.visits ?? 0,
    first_at: visited?.firstAt ?? null,
    last_at: visited?.lastAt ?? null,
    watch: watched ? watchJson(watched) : null,
  }
}

function watchJson({ state, since, heardAt, frameAt, ...watched }: WatchedCamera) {
  const { framesPerSecond, error, programs } = watched
  const isLost = state !== 'failed' && Date.now() - Date.parse(heardAt) > lostAfterMs
  return {
    state: isLost ? ('lost' as const) : state,
    since: isLost ? heardAt : since,
    heard_at: heardAt,
    frame_at: frameAt,
    frames_per_second: isLost ? null : framesPerSecond,
    error,
    programs,
  }
}
