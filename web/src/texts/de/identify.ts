import type { Texts } from '../en/index.js'
import { faces } from './nouns.js'

export const identify: Texts['identify'] = {
  choose: 'Foto auswählen',
  explain: 'Sagt, wer auf einem Foto ist und warum. Das Foto wird nicht gespeichert.',
  nobodyKnown: 'Noch keine Personen hinzugefügt: Jedes Gesicht wird unbekannt sein.',
  hint: 'Oder hier ablegen.',
  busy: 'Gesichter werden erkannt …',
  photo: 'Das Foto mit einem nummerierten Rahmen um jedes Gesicht',
  found: faces,
  noFace: 'In diesem Foto wurde kein Gesicht gefunden.',
  noFaceHint: 'Versuchen Sie es mit größeren, aufrechten und gut beleuchteten Gesichtern.',
  compared: (similarity, threshold, isMatch) =>
    isMatch
      ? `Ähnlichkeit ${similarity}, damit ist die Schwelle von ${threshold} erreicht.`
      : `Ähnlichkeit ${similarity}; für einen Treffer sind mindestens ${threshold} nötig.`,
  probability: (percent) => `Wahrscheinlichkeit ${percent} %.`,
  because: (reasons) => `Grund: ${reasons}.`,
  candidates: 'Ähnlichste Personen',
  margin: (margin) => `${margin} Vorsprung vor der nächsten Person.`,
  source: 'Schwelle:',
  deny: (name) => `Nicht ${name}`,
  denied: (name) => `Korrektur gespeichert: Das ist nicht ${name}.`,
}
