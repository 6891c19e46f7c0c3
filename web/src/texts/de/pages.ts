import type { Texts } from '../en/index.js'

export const pages: Texts['pages'] = {
  home: 'Start',
  live: 'Live',
  identify: 'Foto erkennen',
  compare: 'Vergleichen',
  people: 'Personen',
  visitors: 'Unbekannte Besucher',
  events: 'Ereignisse',
  cameras: 'Kameras',
  corrections: 'Korrekturen',
  reports: 'Kalibrierung & Berichte',
  models: 'Modelle',
  diagnostics: 'Diagnose',
  accounts: 'Konten',
  account: 'Ihr Konto',
  keys: 'Schlüssel',
  privacy: 'Datenschutz',
  settings: 'Einstellungen',
  kiosk: 'Kiosk',
}
