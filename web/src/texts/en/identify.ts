import { faces } from './nouns.js'

export const identify = {
  choose: 'Choose a photo',
  explain: 'Says who is in a photo, and why. The photo is not stored.',
  nobodyKnown: 'No people added yet: every face will be unknown.',
  hint: 'Or drop one here.',
  busy: 'Identifying…',
  photo: 'The photo with a numbered box around each face',
  found: faces,
  noFace: 'No face was found in this photo.',
  noFaceHint: 'Try a photo with larger, upright and well-lit faces.',
  compared: (similarity: string, threshold: string, isMatch: boolean) =>
    isMatch
      ? `Similarity ${similarity}, which reaches the threshold of ${threshold}.`
      : `Similarity ${similarity}; a match needs at least ${threshold}.`,
  probability: (percent: number) => `Probability ${percent}%.`,
  because: (reasons: string) => `Reason: ${reasons}.`,
  candidates: 'Most similar people',
  margin: (margin: string) => `${margin} ahead of the next person.`,
  source: 'Threshold:',
  deny: (name: string) => `Not ${name}`,
  denied: (name: string) => `Correction saved: this is not ${name}.`,
}
