import type { Texts } from '../en/index.js'
import { people } from './nouns.js'

export const privacy: Texts['privacy'] = {
  explain:
    'Gesichter sind biometrische Daten. Speichern Sie so wenig wie möglich und nur so lange wie nötig.',
  kept: 'Was gespeichert wird und wie lange',
  purpose: 'Zweck der Speicherung',
  purposeHint: 'Wird Personen in der Auskunft über ihre Daten angezeigt.',
  days: 'Personen aufbewahren (Tage)',
  daysHint:
    'Leer lassen, um Personen unbegrenzt aufzubewahren. Personen, deren Frist abgelaufen ist, stehen unten und werden erst gelöscht, wenn Sie es bestätigen.',
  visitDays: 'Besuche aufbewahren (Tage)',
  eventDays: 'Entscheidungen aufbewahren (Tage)',
  noDays: 'Geben Sie eine ganze Zahl von Tagen ein, mindestens 1.',
  recordVisits: 'Besuche aufzeichnen',
  recordVisitsHint: 'Speichert das beste Gesicht jedes Besuchs, auch von unbekannten Besuchern.',
  recordEvents: 'Entscheidungen aufzeichnen',
  recordEventsHint: 'Speichert jede Antwort zu einem Foto mit ihren Gründen.',
  recordFaces: 'Gesichter zu den Entscheidungen speichern',
  due: 'Zu löschende Personen',
  noneDue: 'Niemand muss gelöscht werden.',
  until: (day) => `bis ${day}`,
  eraseDue: (n) => `${people(n)} endgültig löschen`,
  rights: 'Anfragen von Personen',
  rightsHint:
    'Personen dürfen fragen, was über sie gespeichert ist, und verlangen, dass es gelöscht wird.',
  export: 'Person exportieren',
  exportTitle: 'Alles exportieren, was über eine Person gespeichert ist',
  exportMeans:
    'Erstellt ein Archiv mit Fotos, Gesichtsdaten, Korrekturen, Besuchen und Entscheidungen für die Person.',
  erase: 'Endgültig löschen',
  eraseTitle: 'Person endgültig löschen',
  eraseMeans:
    'Alle gespeicherten Daten der Person werden gelöscht, agnize prüft, dass nichts übrig ist, und Sie erhalten eine signierte Bestätigung für die Person. Das lässt sich nicht rückgängig machen.',
  erased: (name, backups) =>
    backups === 0
      ? `${name} wurde endgültig gelöscht. Keine Sicherung enthält die Daten.`
      : `${name} wurde endgültig gelöscht. ${backups === 1 ? '1 Sicherung kann' : `${backups} Sicherungen können`} die Daten noch enthalten; siehe die Bestätigung.`,
  audit: 'Prüfprotokoll',
  auditHint:
    'Änderungen, Exporte und Zugriffe auf Bilder. Das Protokoll enthält keine Namen, und IDs sind gekürzt.',
  when: 'Zeit',
  who: 'Ausgeführt von',
  what: 'Aktion',
  whose: 'Person',
}
