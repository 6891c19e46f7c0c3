import type { Texts } from '../en/index.js'

export const reasons: Texts['reasons'] = {
  blurred: 'zu unscharf',
  too_small: 'zu klein',
  turned_away: 'abgewandt',
  badly_exposed: 'schlecht beleuchtet',
  not_clearly_visible: 'nicht deutlich sichtbar',
  empty_gallery: 'noch keine Personen hinzugefügt',
  below_threshold: 'keiner Person ähnlich genug',
  already_in_photo: 'ein anderes Gesicht im Foto passt besser zu dieser Person',
  ambiguous: 'mehreren Personen ähnlich',
  attack: 'ein Bild eines Gesichts',
  liveness_not_judgeable: 'nicht zu beurteilen, ob das Gesicht echt ist',
  corrected: 'durch eine Korrektur ausgeschlossen',
}
