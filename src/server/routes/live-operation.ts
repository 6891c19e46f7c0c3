import { operation } from '../operation.js'
import { inGallery, liveQuery } from './parameters.js'

/** The WebSocket of frames and results. */
export const liveOperation = operation({
  id: 'live',
  method: 'GET',
  path: '/v1/galleries/{gallery}/live',
  scope: 'identify',
  tag: 'Recognition',
  summary: 'Open a WebSocket that identifies faces in frames',
  description:
    'Each binary message is a frame (JPEG, PNG, WebP). A text message is a frame whose faces the client found and embedded itself, as with `listNetworks`: `{"width", "height", "model", "faces": [{"box", "quality": {"score", "reasons"}, "embedding"}]}`, with embeddings as little-endian float32 in base64, at most 64 faces; they are tracked separately from those of pictures, and create no visits. For each processed frame the server sends `{"type": "result", "frame", "width", "height", "faces", "ms", "dropped"}`, where each face is that of `identify` with a `track` (`id`, `frames`, `age`, `subject` by a vote of its frames, `greeting`, the phrase of that subject, and, where visits are recorded, `sighting`: `{"visit", "visitor", "before": {"at", "camera"}}`). A frame that arrives while another is processed replaces the waiting one. An error arrives as `{"type": "error", "frame", "code", "detail"}`. A browser, which cannot set headers, offers the protocols `agnize` and `agnize.key.KEY`.',
  params: inGallery,
  query: liveQuery,
  answers: [{ status: 101, description: 'The connection.' }],
  errors: ['unknown-gallery', 'bad-argument'],
  handle: async () => undefined,
})
