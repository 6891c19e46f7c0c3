import type { Texts } from '../en/index.js'

export const errors: Texts['errors'] = {
  'photo-not-found': 'Das Foto ist nicht lesbar.',
  'not-an-image':
    'Das ist kein Foto, das agnize lesen kann. Nehmen Sie JPEG, PNG, WebP, GIF, TIFF, BMP oder AVIF; HEIC-Fotos speichern Sie vorher als JPEG.',
  'image-damaged': 'Das Foto ist beschädigt. Nehmen Sie eine unversehrte Kopie.',
  'image-too-large': 'Das Foto ist zu groß. Verkleinern Sie es: 1.600 Pixel sind reichlich.',
  'too-few-photos':
    'Für eine Messung sind es zu wenige Personen oder Fotos. Nehmen Sie mindestens 30 Personen, besser 100, mit je zwei oder mehr Fotos.',
  'photo-crashed':
    'Dieses Foto lässt sich nicht verarbeiten. Speichern Sie es mit einem anderen Programm noch einmal, oder verkleinern Sie es.',
  'no-face': 'Es wurde kein Gesicht gefunden. Nehmen Sie ein Foto, das die Person zeigt.',
  'several-faces': 'Das Foto zeigt mehrere Personen. Wählen Sie das Gesicht aus.',
  'poor-quality':
    'Das Gesicht ist nicht gut genug zu sehen. Nehmen Sie ein schärferes, näheres oder besser beleuchtetes Foto.',
  'not-live':
    'Das Foto zeigt nicht, dass die Person da ist: Es kann das Bild eines Gesichts sein. Machen Sie ein Foto der Person.',
  'unknown-subject': 'Diese Person gibt es nicht mehr.',
  'unknown-face': 'Jemand hat dieses Foto inzwischen verschoben oder gelöscht.',
  'subject-exists': 'Eine Person mit diesem Namen gibt es schon.',
  'already-enrolled': 'Dieses Gesicht gehört schon zu einer anderen Person.',
  'model-missing':
    'Die Modelle fehlen auf dem Server: Wer ihn betreibt, muss „agnize models pull“ ausführen.',
  'model-corrupt':
    'Die Modelle auf dem Server sind beschädigt: Wer ihn betreibt, muss „agnize doctor“ ausführen.',
  'wrong-model':
    'Die Galerie wurde mit einem anderen Modell gemacht, als der Server benutzt. Wer ihn betreibt, muss eines von beiden ändern.',
  'not-calibrated':
    'Für dieses Modell wurden noch keine Schwellen gemessen. Messen Sie sie unter „Kalibrierung & Berichte“.',
  offline:
    'Die Modelle fehlen auf dem Server, und seine Einstellungen verbieten, sie herunterzuladen.',
  'download-failed':
    'Der Server konnte eine nötige Datei nicht herunterladen. Versuchen Sie es später noch einmal.',
  'unknown-gallery': 'Diese Galerie gibt es nicht mehr.',
  'gallery-exists': 'Eine Galerie mit diesem Namen gibt es schon.',
  'gallery-locked':
    'Ein anderes Programm benutzt gerade die Galerie. Versuchen Sie es noch einmal.',
  'gallery-damaged':
    'Die Galerie ist beschädigt: Wer den Server betreibt, muss „agnize gallery verify“ ausführen.',
  'store-unreachable': 'Die Datenbank antwortet nicht. Versuchen Sie es noch einmal.',
  'read-only': 'Der Server darf die Galerie nicht ändern.',
  'disk-full': 'Der Speicherplatz des Servers ist voll.',
  unauthorized: 'Sie sind nicht angemeldet.',
  forbidden: 'Das ist Ihnen nicht erlaubt.',
  'unknown-visitor': 'Diesen Besucher gibt es nicht mehr.',
  'unknown-key': 'Diesen Schlüssel gibt es nicht mehr.',
  'wrong-password': 'Der Name oder das Passwort ist falsch.',
  'weak-password':
    'Das Passwort ist zu leicht zu erraten. Nehmen Sie mindestens 12 Zeichen ohne Ihren Namen, zum Beispiel vier Wörter.',
  'unknown-account': 'Dieses Konto gibt es nicht mehr.',
  'account-exists': 'Ein solches Konto gibt es schon.',
  'last-administrator':
    'Das ist der letzte Administrator, der sich anmelden kann. Machen Sie erst jemand anderen dazu.',
  'unknown-session': 'Diese Sitzung ist schon beendet.',
  'unknown-job': 'Diesen Auftrag gibt es nicht mehr.',
  'not-found': 'Das gibt es nicht mehr.',
  'request-too-large': 'Das ist zu viel auf einmal. Nehmen Sie kleinere oder weniger Dateien.',
  'changed-meanwhile':
    'Jemand anderes hat das inzwischen geändert. Sehen Sie nach, und wiederholen Sie Ihre Änderung.',
  'rate-limited': 'Das war zu oft. Warten Sie eine Minute.',
  'quota-exceeded': 'Mehr Fotos erlaubt Ihr Schlüssel heute nicht.',
  overloaded: 'Der Server ist überlastet. Versuchen Sie es gleich noch einmal.',
  'timed-out': 'Der Server hat zu lange gebraucht. Versuchen Sie es noch einmal.',
  closed: 'Der Server hält gerade an. Versuchen Sie es später noch einmal.',
  'no-account': 'Sie haben hier kein Konto, oder es ist gesperrt. Fragen Sie einen Administrator.',
  'sign-in-expired':
    'Diese Anmeldung oder Einladung ist abgelaufen oder begann in einem anderen Browser. Versuchen Sie es noch einmal, oder bitten Sie um eine neue Einladung.',
  'provider-unreachable':
    'Der Anbieter antwortet nicht. Versuchen Sie es später, oder melden Sie sich mit Name und Passwort an.',
  'provider-refused': 'Der Anbieter hat Sie nicht angemeldet. Versuchen Sie es noch einmal.',
  'provider-untrusted':
    'Der Antwort des Anbieters ist nicht zu trauen. Der Grund steht im Protokoll des Servers.',
  internal: 'Der Server ist gescheitert. Sein Protokoll sagt dem, der ihn betreibt, warum.',
}
