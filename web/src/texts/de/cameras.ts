import type { Texts } from '../en/index.js'
import { visits } from './nouns.js'

export const cameras: Texts['cameras'] = {
  none: 'Keine Kamera wird beobachtet.',
  noneHint: 'Eine Kamera erscheint hier, sobald „agnize watch“ sie für diese Galerie beobachtet.',
  notWatched: 'Nicht beobachtet',
  states: {
    starting: (when) => `Startet seit ${when}`,
    online: (when) => `Läuft seit ${when}`,
    offline: (when) => `Ohne Bild seit ${when}`,
    failed: (when) => `Gescheitert: ${when}`,
    lost: (when) => `Keine Nachricht seit ${when}`,
  },
  offline:
    'Sie liefert keine Bilder; es wird immer wieder versucht. Prüfen Sie Strom, Netz und Adresse.',
  unreadable:
    'Ihre Adresse lässt sich nicht öffnen. Prüfen Sie Adresse, Benutzername und Passwort im Befehl, und starten Sie ihn neu.',
  failed:
    'Sie lässt sich nicht beobachten. Der Grund steht im Terminal oder Protokoll von „agnize watch“. Starten Sie es neu, sobald er behoben ist.',
  lost: 'Das Programm, das sie beobachtet, ist abgebrochen oder erreicht die Galerie nicht. Starten Sie es auf seinem Rechner neu.',
  shared: (n) =>
    `${n} Programme beobachten in dieser Galerie eine Kamera dieses Namens, und jedes zeichnet die Besuche auf. Beenden Sie alle bis auf eines, oder geben Sie den Kameras verschiedene Namen.`,
  lastFrame: (when) => `Letztes Bild: ${when}.`,
  noFrame: 'Noch kein Bild.',
  rate: (n) => `${n.toLocaleString('de', { maximumFractionDigits: 1 })} Bilder pro Sekunde.`,
  error: (code) => `Fehlercode: ${code}.`,
  lastVisit: (when, n) => `Letzter Besuch: ${when}, ${visits(n)}`,
  noVisit: 'Hier wurde kein Besuch aufgezeichnet.',
  noPictures:
    'Bilder der Kameras werden nicht gespeichert. Wo Besuche aufgezeichnet werden, bleibt von jedem das beste Gesicht für begrenzte Zeit.',
  start: 'Eine Kamera beobachten',
  startExplain:
    'Führen Sie das auf dem Rechner aus, der die Kamera erreicht, zum Beispiel dem Server. Strg-C beendet es.',
  name: 'Name der Kamera',
  source: 'Adresse',
  sourceHint: 'rtsp://…, http://…, webcam, eine Videodatei oder ein Ordner, in dem Bilder ankommen',
  copy: 'Befehl kopieren',
  copied: 'Kopiert.',
  notCopied:
    'Dieser Browser lässt die Seite nicht kopieren. Markieren Sie den Befehl, und kopieren Sie ihn.',
  startHint:
    'Er muss die Galerie dieses Servers verwenden: Starten Sie ihn mit demselben AGNIZE_HOME, oder geben Sie mit --store die Galerie des Servers an. Wie er nach jedem Neustart des Rechners von selbst startet, steht in der Dokumentation der Kameras.',
}
