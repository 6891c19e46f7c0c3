import type { Texts } from '../en/index.js'

export const app: Texts['app'] = {
  notPhotos: (names: readonly string[]) =>
    names.length === 1
      ? `${names[0]} ist kein Foto. Fotos sind JPEG-, PNG-, WebP- und ähnliche Dateien.`
      : `${names.length} Dateien sind keine Fotos, darunter ${names[0]}. Fotos sind JPEG-, PNG-, WebP- und ähnliche Dateien.`,
  onePhoto: (name: string) => `Ein Foto auf einmal: ${name} wurde genommen.`,
  skip: 'Zum Inhalt springen',
  menu: 'Menü',
  administration: 'Verwaltung',
  gallery: 'Galerie',
  signOut: 'Abmelden',
  unreachable: 'Der Server antwortet nicht.',
  unreachableHint:
    'Möglicherweise startet er gerade neu. Diese Seite wird automatisch fortgesetzt, sobald er wieder erreichbar ist.',
  notFound: 'Diese Seite gibt es nicht.',
  notAllowed: 'Mit Ihrem Schlüssel haben Sie keinen Zugriff auf diese Seite.',
  notAllowedHint: (permission) =>
    `Melden Sie sich mit einem Schlüssel an, der die Berechtigung „${permission}“ hat.`,
  notAllowedRole: (role) => `Ihre Rolle, ${role}, gibt keinen Zugriff auf diese Seite.`,
  notAllowedRoleHint: 'Bitten Sie einen Administrator um eine andere Rolle.',
  noGalleryAccount: (name) => `Mit Ihrem Konto haben Sie keinen Zugriff auf die Galerie „${name}“.`,
  failed: 'Etwas ist schiefgelaufen.',
  tryAgain: 'Erneut versuchen',
  loading: 'Wird geladen …',
  cancel: 'Abbrechen',
  close: 'Schließen',
  save: 'Speichern',
  saved: 'Gespeichert.',
  undo: 'Rückgängig',
  undone: 'Rückgängig gemacht.',
  more: 'Mehr anzeigen',
  dismiss: 'Ausblenden',
  back: 'Zurück',
  reload: 'Seite neu laden',
  unsaved: 'Ohne Speichern verlassen?',
  unsavedHint: 'Ihre Änderungen auf dieser Seite sind noch nicht gespeichert.',
  stay: 'Auf dieser Seite bleiben',
  leave: 'Änderungen verwerfen',
  pageFailed: 'Diese Seite ist fehlgeschlagen.',
  pageFailedHint:
    'Auf dem Server hat sich nichts geändert. Laden Sie die Seite neu oder gehen Sie zurück.',
  pageMissing: 'Ein Teil dieser Seite konnte nicht geladen werden.',
  pageMissingHint:
    'Vielleicht startet der Server neu oder wurde aktualisiert. Die Seite macht von selbst weiter, sobald er antwortet.',
  noGallery: (name: string) => `Ihr Schlüssel gibt keinen Zugriff auf die Galerie „${name}“.`,
}
