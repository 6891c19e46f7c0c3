import type { Texts } from '../en/index.js'
import { days } from './nouns.js'

export const live: Texts['live'] = {
  title: 'Live',
  camera: 'Kamera',
  asking: 'Warten auf die Kamera. Erlauben Sie den Zugriff im Browser.',
  refused: 'Der Zugriff auf die Kamera wurde verweigert.',
  refusedHint:
    'Erlauben Sie die Kamera in der Adressleiste des Browsers. Diese Seite wird dann automatisch fortgesetzt.',
  none: 'Keine Kamera gefunden.',
  noneHint: 'Schließen Sie eine Kamera an. Diese Seite wird dann automatisch fortgesetzt.',
  busy: 'Ein anderes Programm verwendet die Kamera.',
  busyHint: 'Schließen Sie das Programm. Diese Seite wird dann automatisch fortgesetzt.',
  unplugged: 'Die Verbindung zur Kamera wurde getrennt.',
  unpluggedHint: 'Schließen Sie sie wieder an. Diese Seite wird dann automatisch fortgesetzt.',
  insecure: 'Browser erlauben die Kamera nur über HTTPS oder direkt auf dem Servergerät.',
  insecureHint:
    'Starten Sie den Server mit --tls-cert und --tls-key, oder öffnen Sie diese Seite auf dem Gerät, auf dem der Server läuft.',
  loadingNetworks: 'Modelle werden geladen …',
  connecting: 'Verbindung zum Server wird hergestellt …',
  stopped: 'Die Erkennung wurde beendet.',
  way: 'Erkennung',
  ways: { auto: 'Automatisch', browser: 'In diesem Browser', server: 'Auf dem Server' },
  inBrowser:
    'Gesichter werden in diesem Browser erkannt. Das Video bleibt auf diesem Gerät; nur aus den Gesichtern berechnete Zahlen werden an den Server gesendet.',
  onServer: (host) =>
    `Gesichter werden auf dem Server ${host} erkannt. Das Video wird dorthin gesendet.`,
  nothingKept: 'Nichts wird gespeichert.',
  visitsKept: (n) => `Das beste Gesicht jedes Besuchs wird ${days(n)} lang gespeichert.`,
  decisionsKept: 'Entscheidungen werden aufgezeichnet.',
  attacksKept:
    'Wird ein Bild eines Gesichts vorgehalten, werden Zeit, Kamera und die ähnliche Person aufgezeichnet, ohne das Bild.',
  livenessJudged: 'Der Server beurteilt, ob ein Gesicht echt ist, und braucht dazu die Bilder.',
  fellBack: 'Dieser Browser kann keine Gesichter erkennen, daher übernimmt das der Server.',
  sound: 'Begrüßungen vorlesen',
  voice: 'Stimme',
  defaultVoice: 'Standardstimme des Browsers',
  noVoices: 'Dieser Browser hat keine Stimmen. Begrüßungen werden nur angezeigt.',
  rate: (fps, ms) => `${fps} Bilder/s · ${ms} ms`,
  slow: (fps: string) => `Langsam: ${fps} ${fps === '1' ? 'Bild' : 'Bilder'}/s.`,
  slowHints: {
    browser:
      'Schließen Sie andere Programme und Tabs, oder wählen Sie bei „Erkennung“ „Auf dem Server“.',
    server:
      'Der Server oder das Netz ist ausgelastet: Beenden Sie andere Arbeit auf dem Server, oder wählen Sie bei „Erkennung“ „In diesem Browser“.',
    serverOnly:
      'Der Server oder das Netz ist ausgelastet: Beenden Sie andere Arbeit auf dem Server.',
  },
  present: 'Personen im Bild',
  nobody: 'Niemand ist im Bild.',
  who: 'Wer ist das?',
  pending: '…',
  unknown: 'Unbekannt',
  stranger: (n) => (n === 1 ? 'Unbekannt' : `Unbekannt ${n}`),
  notJudgeable: 'Nicht erkennbar',
  openKiosk: 'Kiosk öffnen',
  preview: 'Kameravorschau',
  emptyGallery: 'Noch keine Personen hinzugefügt.',
  emptyGalleryHint: 'Wählen Sie neben Ihrem Gesicht „Wer ist das?“ und geben Sie Ihren Namen ein.',
  emptyGalleryNoRight:
    'Zuerst muss jemand Personen hinzufügen, dessen Schlüssel die Berechtigung „Erfassen“ hat.',
}
