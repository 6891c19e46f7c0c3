export const reasons = {
  blurred: 'too blurry',
  too_small: 'too small',
  turned_away: 'turned away',
  badly_exposed: 'badly lit',
  not_clearly_visible: 'not clearly visible',
  empty_gallery: 'no people added yet',
  below_threshold: 'not similar enough to any person',
  already_in_photo: 'another face in the photo is a better match for this person',
  ambiguous: 'similar to more than one person',
  attack: 'a picture of a face',
  liveness_not_judgeable: 'it cannot be judged whether the face is live',
  corrected: 'ruled out by a correction',
} as Record<string, string>
