import type { Texts } from '../en/index.js'

export const jobs: Texts['jobs'] = {
  waiting: 'Wartet …',
  running: 'Läuft …',
  done: 'Fertig.',
  failed: 'Fehlgeschlagen.',
  cancelled: 'Abgebrochen.',
}
