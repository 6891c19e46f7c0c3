import type { Texts } from '../en/index.js'

export const same: Texts['same'] = {
  question: 'Ist das dieselbe Person?',
  alike: (one, other, very) =>
    `${one} und ${other} sehen sich auf ihren Fotos ${very ? 'sehr ' : ''}ähnlich.`,
  left: (n) =>
    n === 0 ? '' : n === 1 ? 'Danach folgt noch ein Paar.' : `Danach folgen noch ${n} Paare.`,
  same: 'Dieselbe Person',
  different: 'Verschiedene Personen',
  skip: 'Überspringen',
  noted: (one, other) =>
    `${one} und ${other} sind verschiedene Personen. Danach wird nicht mehr gefragt.`,
  done: 'Das war das letzte Paar. Nach übersprungenen Paaren wird beim nächsten Mal wieder gefragt.',
}
