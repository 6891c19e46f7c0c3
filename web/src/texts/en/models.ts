export const models = {
  inUse: 'In use',
  missing: 'Missing',
  corrupt: 'Damaged',
  ready: 'Ready',
  detection: 'Finds faces in a photo.',
  landmarks: 'Finds points such as the eyes, nose and mouth in a face.',
  embedding: 'Turns a face into numbers that can be compared.',
  liveness: 'Tells faces from pictures of faces.',
  /** What agnize itself says in the cards of its models, by the English sentence; what is not among it is quoted. */
  uses: {} as Readonly<Record<string, string>>,
  notCalibrated: 'No thresholds have been measured for it.',
  from: (from: string, size: string) => `Source: ${from}, ${size} MB.`,
  license: (license: string) => `License: ${license}.`,
  pull: 'Download missing files',
  pulling: 'Downloading…',
  pulled: (names: string) => `Downloaded: ${names}.`,
  allThere: 'All files are present and intact.',
  addHint:
    '“agnize models add” adds a model of your own. “agnize models pull facenet” downloads OpenFace’s FaceNet.',
  migrate: 'Switch to another model',
  migrateExplain:
    'Faces from two different models cannot be compared. Before you switch, every stored face is recomputed with the new model, while the current data stays in use. Then restart the server with the new model.',
  to: 'New model',
  begin: 'Start',
  migrateMeans: (name: string) =>
    `Every stored face is recomputed with ${name}. Recognition continues with the current model in the meantime.`,
  noOther: 'No other model is installed on this server.',
}
