import type { AnyOperation } from './operation.js'
import { correctionOperations } from './routes/corrections.js'
import { eventOperations } from './routes/events.js'
import { faceOperations } from './routes/faces.js'
import { galleryOperations } from './routes/galleries.js'
import { greetingOperations } from './routes/greeting.js'
import { jobOperations } from './routes/jobs.js'
import { keyOperations } from './routes/keys.js'
import { modelOperations } from './routes/models.js'
import { networkOperations } from './routes/networks.js'
import { recognitionOperations } from './routes/recognition.js'
import { retentionOperations } from './routes/retention.js'
import { sessionOperations } from './routes/session.js'
import { subjectOperations } from './routes/subjects.js'
import { systemOperations } from './routes/system.js'
import { visitOperations } from './routes/visits.js'

/** Every operation of the API. What is here is routed, documented, in the client, and tested. */
export const operations: readonly AnyOperation[] = [
  ...recognitionOperations,
  ...galleryOperations,
  ...subjectOperations,
  ...faceOperations,
  ...correctionOperations,
  ...eventOperations,
  ...visitOperations,
  ...greetingOperations,
  ...jobOperations,
  ...keyOperations,
  ...sessionOperations,
  ...networkOperations,
  ...modelOperations,
  ...retentionOperations,
  ...systemOperations,
]
