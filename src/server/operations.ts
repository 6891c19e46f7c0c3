import type { AnyOperation } from './operation.js'
import { accountOperations } from './routes/account-operations.js'
import { cameraOperations } from './routes/camera-operations.js'
import { correctionOperations } from './routes/correction-operations.js'
import { diagnosticOperations } from './routes/diagnostic-operations.js'
import { duplicateOperations } from './routes/duplicate-operations.js'
import { eventOperations } from './routes/event-operations.js'
import { faceOperations } from './routes/face-operations.js'
import { galleryOperations } from './routes/gallery-operations.js'
import { greetingOperations } from './routes/greeting-operations.js'
import { jobOperations } from './routes/job-operations.js'
import { keyOperations } from './routes/key-operations.js'
import { livenessOperations } from './routes/liveness-operations.js'
import { modelOperations } from './routes/model-operations.js'
import { networkOperations } from './routes/network-operations.js'
import { ownAccountOperations } from './routes/own-account-operations.js'
import { pictureOperations } from './routes/picture-operations.js'
import { providerOperations } from './routes/provider-operations.js'
import { recognitionOperations } from './routes/recognition-operations.js'
import { retentionOperations } from './routes/retention-operations.js'
import { sessionOperations } from './routes/session-operations.js'
import { subjectOperations } from './routes/subject-operations.js'
import { systemOperations } from './routes/system-operations.js'
import { visitOperations } from './routes/visit-operations.js'

/** Every operation of the API. Each of these is routed, documented, tested, and part of the client. */
export const operations: readonly AnyOperation[] = [
  ...recognitionOperations,
  ...galleryOperations,
  ...subjectOperations,
  ...duplicateOperations,
  ...faceOperations,
  ...pictureOperations,
  ...correctionOperations,
  ...eventOperations,
  ...visitOperations,
  ...cameraOperations,
  ...greetingOperations,
  ...jobOperations,
  ...livenessOperations,
  ...keyOperations,
  ...sessionOperations,
  ...providerOperations,
  ...accountOperations,
  ...ownAccountOperations,
  ...networkOperations,
  ...modelOperations,
  ...retentionOperations,
  ...systemOperations,
  ...diagnosticOperations,
]
