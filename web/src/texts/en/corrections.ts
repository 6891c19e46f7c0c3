export const corrections = {
  explain: 'Each correction also applies to similar faces.',
  none: 'No corrections yet.',
  noneHint: 'If a face has the wrong name, choose “Not …” next to it.',
  face: 'Face',
  faceOf: (photo: string) => `Corrected face in ${photo}`,
  said: 'Correction',
  photo: 'Photo',
  when: 'Time',
  not: (name: string) => `Not ${name}`,
  same: (name: string) => `Is ${name}`,
  takeBack: 'Remove correction',
  takeBackMeans: (name: string) => `Faces like this one may be recognized as ${name} again.`,
}
