import type { Texts } from '../en/index.js'

export const keys: Texts['keys'] = {
  explain:
    'Geben Sie jedem Programm, jedem Tablet und jeder Person einen eigenen Schlüssel, der nur die nötigen Berechtigungen hat.',
  add: 'Schlüssel erstellen',
  none: 'Noch keine Schlüssel.',
  noneHint:
    'Auf dem Servergerät selbst brauchen Sie keinen Schlüssel. Von jedem anderen Gerät aus brauchen Sie einen.',
  name: 'Name',
  nameHint: 'Wer oder was den Schlüssel verwendet, zum Beispiel „Tablet an der Tür“.',
  may: 'Berechtigungen',
  galleries: 'Galerien',
  expires: 'Läuft ab',
  never: 'Nie',
  all: 'Alle',
  yours: 'Ihr Schlüssel',
  scopes: {
    identify: 'Erkennen',
    read: 'Lesen',
    enroll: 'Erfassen',
    metrics: 'Messwerte',
    admin: 'Verwalten',
  },
  scopeHints: {
    identify: 'Gesichter erkennen. Genügt für den Kiosk.',
    read: 'Personen, Fotos und Besuche ansehen.',
    enroll: 'Personen hinzufügen, ändern und löschen.',
    metrics: 'Messwerte für Prometheus lesen.',
    admin: 'Alles, auch Schlüssel und Einstellungen.',
  },
  forAll: (gallery) => `Alle Galerien erlauben, nicht nur „${gallery}“`,
  make: 'Erstellen',
  madeTitle: (name) => `Schlüssel für ${name}`,
  once: 'Dieser Schlüssel wird nur einmal angezeigt. Kopieren Sie ihn jetzt.',
  copy: 'Kopieren',
  copied: 'Kopiert',
  kept: 'Ich habe den Schlüssel gespeichert',
  rotate: 'Ersetzen',
  rotateTitle: (name) => `Den Schlüssel „${name}“ ersetzen?`,
  rotateMeans:
    'Ein neuer Schlüssel mit denselben Berechtigungen wird erstellt. Der alte Schlüssel ist sofort ungültig, und alle, die damit angemeldet sind, werden abgemeldet.',
  rotateYours:
    'Sie sind mit diesem Schlüssel angemeldet. Der neue Schlüssel wird angezeigt, und Sie müssen sich damit neu anmelden.',
  revoke: 'Widerrufen',
  revokeTitle: (name) => `Den Schlüssel „${name}“ widerrufen?`,
  revokeMeans: 'Der Schlüssel ist sofort ungültig. Das lässt sich nicht rückgängig machen.',
  revokeYours:
    'Sie sind mit diesem Schlüssel angemeldet und werden sofort abgemeldet. Das lässt sich nicht rückgängig machen.',
}
