/**
 * agnize: face recognition that people run themselves. This is the public API of the main entry point.
 *
 * @packageDocumentation
 */

export type { CorrectionOptions } from './application/corrected-faces.js'
export type { Decision, ErasedDecision } from './application/decision-records.js'
export type { DiagnosticCheck, DiagnosticFact } from './application/diagnostics/check.js'
export type { DiagnoseOptions } from './application/diagnostics/diagnose.js'
export type { PossibleDuplicate } from './application/duplicate-ranking.js'
export type { DuplicatesPage, PossibleDuplicates } from './application/duplicates.js'
export type { Each } from './application/each-photo.js'
export type {
  EnrolledPhoto,
  Enrollment,
  EnrollmentEntry,
  EnrollOptions,
  RefusedPhoto,
} from './application/enrollment.js'
export type { EraseOptions } from './application/erasure.js'
export { type ErasureReceipt, isGenuineReceipt } from './application/erasure.js'
export type { IdentifiedPhoto, IdentifyOptions, Probe } from './application/identification.js'
export type { CompreFaceImportOptions } from './application/import/import-compreface.js'
export type { Imported, ImportOptions } from './application/import/import-writer.js'
export type { LostFace, MigrateOptions, Migration } from './application/migration.js'
export type { AdaptableVisit } from './application/reference-upkeep.js'
export type {
  Comparison,
  SubjectVerification,
  Verification,
  VerifyOptions,
} from './application/verification.js'
export type { FoundVisit } from './application/visitors.js'
export { AgnizeError, type ErrorCode, errorCodes } from './base/errors.js'
export type { Signature } from './base/signing.js'
export type { AnalyzeOptions } from './faces/analyze.js'
export type { Detail } from './faces/detectors/detail.js'
export type { Detection } from './faces/detectors/detection.js'
export type { Embedding } from './faces/embed.js'
export type { Face, PhotoAnalysis, Timings } from './faces/face.js'
export type { DescribedFace, FaceRequest } from './faces/frame.js'
export type { Landmarks } from './faces/landmarks.js'
export type { Pose } from './faces/pose.js'
export { type Quality, type QualityReason, qualityReasons } from './faces/quality.js'
export type { Comparable, SimilarityMeasure } from './faces/similarity-measure.js'
export type { ReadArchiveOptions } from './gallery/archive/archive-file.js'
export type { ArchiveSummary, Backup, RestoreOptions } from './gallery/archive/backup.js'
export type { AuditEntry } from './gallery/audit-store.js'
export type { BackupRecord } from './gallery/backup-store.js'
export type { CameraReport, WatchedCamera } from './gallery/camera-store.js'
export type { LogCheck, LogPage } from './gallery/chained-log.js'
export type { Correction, CorrectionKind, EmbeddedCorrection } from './gallery/correction-store.js'
export type { LogSettings } from './gallery/decision-store.js'
export type { DifferentPeople } from './gallery/different-people-store.js'
export type { EnrolledFace, FacePage, MovedFace } from './gallery/enrolled-faces.js'
export type { GreetingSettings } from './gallery/greeting-store.js'
export type { KeptFace } from './gallery/kept-face.js'
export type { MigrationState } from './gallery/migration-store.js'
export {
  type FolderOptions,
  type NamedPhoto,
  peopleIn,
  photosIn,
  type SkippedFile,
  type SkipReason,
} from './gallery/people-folder.js'
export type {
  ReferenceDetails,
  ReferenceOrigin,
  ReferenceSettings,
} from './gallery/reference-store.js'
export type { DueSubject, Retention } from './gallery/retention-store.js'
export type { Candidate, Fusion } from './gallery/search/candidate.js'
export type { GallerySummary } from './gallery/store.js'
export type {
  MetadataValue,
  Subject,
  SubjectChange,
  SubjectDetails,
  SubjectFilter,
  SubjectPage,
  SubjectSummary,
  TagCount,
  TemplateSummary,
} from './gallery/subject.js'
export type { StoredTemplate } from './gallery/template.js'
export type {
  BegunVisit,
  NewVisit,
  Visit,
  VisitExplanation,
  VisitedBy,
  VisitedCamera,
  VisitFace,
  Visitor,
  VisitPage,
  VisitSettings,
} from './gallery/visit-store.js'
export type { Box } from './geometry/box.js'
export type { Point } from './geometry/similarity-transform.js'
export {
  type GreetedSubject,
  Greeter,
  type GreeterMemory,
  type GreeterOptions,
  type PresentFace,
  weightOf,
} from './greeting/greeter.js'
export { defaultPhrase, type Greeted, greetingFor } from './greeting/phrase.js'
export { type Annotation, annotate } from './image/annotate.node.js'
export type { EncodedPhoto, NamedBytes, PhotoSource } from './image/photo.js'
export type { ImageLimits, RgbImage } from './image/rgb-image.js'
export {
  type CandidateJson,
  type CorrectionJson,
  type ErrorJson,
  errorJson,
  type FaceJson,
  type LivenessJson,
  type PhotoJson,
  type PhotoResult,
  photoJson,
  type QualityJson,
  type SubjectJson,
  schemaVersion,
  type ThresholdJson,
  type VerdictJson,
} from './json/photo-json.js'
export { type Agnize, openAgnize } from './library/agnize.js'
export type { Cameras } from './library/cameras.js'
export type { Corrections } from './library/corrections.js'
export type { DecisionEntry, DecisionLog } from './library/decision-log.js'
export type {
  ArchiveOptions,
  DetectorChange,
  GalleryAdmin,
  GalleryCheck,
  Restored,
} from './library/gallery-admin.js'
export type { People } from './library/people.js'
export {
  type ClusteredFace,
  type ClusteredPhotos,
  type ClusterOptions,
  clusterPhotos,
} from './library/photo-clusters.js'
export type { ReferenceSummary, References } from './library/references.js'
export type { Visits } from './library/visits.js'
export {
  type Liveness,
  type LivenessAnswer,
  type LivenessMode,
  type LivenessReason,
  type LivenessRefusal,
  livenessAnswers,
  livenessModes,
  livenessReasons,
  livenessRefusals,
} from './liveness/liveness.js'
export type {
  CalibratedCohort,
  CalibratedGroup,
  CalibratedThreshold,
  Calibration,
  CalibrationBasis,
  CohortCard,
  CommonCard,
  DetectionCard,
  EmbeddingCard,
  LandmarksCard,
  LivenessCard,
  LivenessThreshold,
  ModelCard,
  ModelInput,
  ModelSource,
  OwnCohort,
  ProbabilityMap,
  Use,
} from './models/card.js'
export type { ModelStatus, ModelStore, PullOptions, PullProgress } from './models/model-store.js'
export type { NetworkFile } from './models/network-file.js'
export {
  type DetectionPreset,
  type EmbeddingPreset,
  type LivenessPreset,
  type Preset,
  type PresetName,
  presets,
} from './models/presets.js'
export type { AppliedCorrection } from './recognition/apply-corrections.js'
export {
  type Answer,
  answers,
  type Grounds,
  type IdentifiedFace,
  type Matched,
  type Reason,
  reasons,
  type Unmatched,
  type Verdict,
} from './recognition/decide.js'
export { cosine, distance } from './recognition/similarity.js'
export { type AcceptedError, type Threshold, thresholdFor } from './recognition/threshold.js'
export { defaultHome } from './session/open-session.js'
export type { OpenOptions, WorkOptions } from './session/options.js'
export type { PhotoLimits } from './workers/limits.js'
