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
        '`offline`: it delivers no frames and is tried again; `failed`: it cannot be read and is not tried again; `lost`: the program that watches it has not reported for 35 seconds.',
      ),
    since: time.describe('When this state began; of a lost camera, when it was last reported.'),
    heard_at: time.describe('When the program last reported the camera.'),
    frame_at: time.nullable().describe('When its last frame was examined; no frame is kept.'),
    frames_per_second: z.number().nullable(),
    error: z.string().nullable().describe('Code of the error because of which it failed.'),
    programs: z
      .int()
      .describe(
        'Number of programs that currently report a camera of this name. If there are several, each records the same visits: stop all but one, or rename the cameras.',
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
        'State that the program reports that watches the camera; null for a camera that is not watched.',
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
      '`agnize watch` reports its cameras every ten seconds and after changes, and removes them from the list when it ends.',
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
