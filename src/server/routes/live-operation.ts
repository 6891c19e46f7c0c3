import { operation } from '../operation.js'
import { inGallery, liveQuery } from './parameters.js'

/** The WebSocket of frames and results. */
export const liveOperation = operation({
  id: 'live',
  method: 'GET',
  path: '/v1/galleries/{gallery}/live',
  scope: 'identify',
  tag: 'Recognition',
  summary: 'A WebSocket: frames in, tracked faces with names out.',
  description:
    'Each binary message is a frame (JPEG, PNG, WebP). A text message is a frame whose faces the client found and embedded itself, as with `listNetworks`: `{"width", "height", "model", "faces": [{"box", "quality": {"score", "reasons"}, "embedding"}]}`, with little-endian float32 in base64, at most 64 faces; they are followed apart from those of pictures, and make no visits. For each frame that is worked on comes `{"type": "result", "frame", "width", "height", "faces", "ms", "dropped"}`, whose faces are those of `identify` with a `track` (`id`, `frames`, `age`, `subject` by the votes of its frames, `greeting`, the phrase of that subject, and `sighting`, where visits are recorded: `{"visit", "visitor", "before": {"at", "camera"}}`). A frame that comes while another is worked on replaces any that waits: the newest wins. What fails comes as `{"type": "error", "frame", "code", "detail"}`. A browser, which cannot set headers, offers the protocols `agnize` and `agnize.key.KEY`.',
  params: inGallery,
  query: liveQuery,
  answers: [{ status: 101, description: 'The connection.' }],
  errors: ['unknown-gallery', 'bad-argument'],
  handle: async () => undefined,
})
