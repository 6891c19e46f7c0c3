import type { Texts } from '../en/index.js'
import { bytesIn, findings, named } from '../facts.js'
import { days, people, photos } from './nouns.js'

const { mb, gb, gib } = bytesIn('de')

export const diagnostics: Texts['diagnostics'] = {
  again: 'Erneut prüfen',
  running: 'Wird geprüft …',
  copy: 'Als Text kopieren',
  copied: 'Kopiert. Fügen Sie den Text in Ihren Bericht ein.',
  notCopied: 'Dieser Browser lässt die Seite nicht kopieren. Speichern Sie den Text als Datei.',
  save: 'Als Text speichern',
  explain:
    'Was „agnize doctor“ auf dem Server prüft, und wie es dem Server geht. Der Bericht nennt keine Person, keinen Pfad und kein Geheimnis; Sie können ihn anderen zeigen.',
  at: (when) => `Geprüft: ${when}.`,
  sound: 'Alles ist in Ordnung.',
  care: (n) =>
    n === 1 ? '1 Befund braucht Aufmerksamkeit.' : `${n} Befunde brauchen Aufmerksamkeit.`,
  states: { ok: 'OK', missing: 'Noch nicht', warning: 'Warnung', wrong: 'Fehler' },
  names: {
    versions: 'Versionen',
    machine: 'Rechner',
    runtime: 'Geräte für Modelle',
    home: 'Ordner für Modelle und Galerie',
    disk: 'Festplatte',
    model: 'Modell',
    gallery: 'Galerie',
    decides: 'Schwellen',
    store: 'Datenbank',
    search: 'Suche',
    keys: 'Verschlüsselung gespeicherter Daten',
    retained: 'Aufbewahrung',
    cameras: 'Kameras',
    clock: 'Uhr',
    workers: 'Warteschlange und Arbeitsprozesse',
    tls: 'TLS-Zertifikat',
  },
  findings: findings({
    versions: (f) => [`agnize ${f.agnize}, Node ${f.node}, libvips ${f.libvips}.`],
    machine: (f) => [
      `${f.system} auf ${f.processor}, ${f.cores} Kerne, ${gib(f.memory_bytes)} GiB Arbeitsspeicher.`,
    ],
    runtime: (f) => [`ONNX Runtime ${f.version} läuft auf ${named(f.devices)}.`],
    'runtime-slow': (f) => [
      `ONNX Runtime ${f.version} läuft als WebAssembly und damit langsamer.`,
      'Installieren Sie agnize mit „npm install“ neu, auf einem System, für das es ONNX Runtime als native Version gibt.',
    ],
    'runtime-failed': () => [
      'ONNX Runtime startet nicht: Kein Foto kann verarbeitet werden.',
      'Führen Sie auf dem Server „agnize doctor“ aus; dort steht der Grund.',
    ],
    home: () => ['Er ist beschreibbar.'],
    'home-new': () => ['Er ist noch nicht vorhanden und wird angelegt.'],
    'home-readonly': () => [
      'Er ist nicht beschreibbar: Nichts kann geändert werden.',
      'Ändern Sie die Rechte des Ordners auf dem Server, oder wählen Sie mit AGNIZE_HOME einen anderen.',
    ],
    disk: (f) => [`${gb(f.free_bytes)} GB von ${gb(f.total_bytes)} GB sind frei.`],
    'disk-low': (f) => [
      `Nur ${gb(f.free_bytes)} GB von ${gb(f.total_bytes)} GB sind frei. Auf einer vollen Festplatte scheitert jede Änderung, und eine Löschung braucht so viel Platz, wie die Galerie belegt.`,
      'Löschen Sie auf dieser Festplatte des Servers, was nicht gebraucht wird, zum Beispiel alte Sicherungen.',
    ],
    model: (f) => [`${f.model}: Die Datei ist unbeschädigt. Lizenz: ${f.license}.`],
    'model-missing': (f) => [
      `${f.model}: Die Datei fehlt.`,
      'Laden Sie sie auf der Seite „Modelle“ herunter, oder fügen Sie das Modell mit „agnize models add“ wieder hinzu.',
    ],
    'model-corrupt': (f) => [
      `${f.model}: Die Datei ist beschädigt und wird nicht verwendet.`,
      'Laden Sie sie auf der Seite „Modelle“ herunter, oder fügen Sie das Modell mit „agnize models add“ wieder hinzu.',
    ],
    'models-awaited': (f) => [
      `Noch nicht heruntergeladen: ${named(f.models)}. Das geschieht mit dem ersten Foto.`,
    ],
    'models-failed': () => [
      'Die Modelle lassen sich nicht auflisten.',
      'Führen Sie auf dem Server „agnize doctor“ aus; dort steht der Grund.',
    ],
    gallery: (f) => [
      `${f.gallery}: ${people(Number(f.people))}, ${photos(Number(f.photos))}${f.bytes === null ? '' : `; ${mb(f.bytes)} MB`}.`,
    ],
    'gallery-new': () => ['Sie ist noch nicht vorhanden. Die erste Person legt sie an.'],
    'gallery-damaged': () => [
      'Die Datei der Galerie ist beschädigt.',
      'Stellen Sie eine Sicherung wieder her, oder führen Sie auf dem Server „agnize gallery repair“ aus.',
    ],
    'gallery-failed': () => [
      'Die Galerie lässt sich nicht lesen.',
      'Führen Sie auf dem Server „agnize doctor“ aus; dort steht der Grund.',
    ],
    'thresholds-none': (f) => [
      `Für ${f.model} wurden keine Schwellen gemessen; niemand kann erkannt werden.`,
      'Messen Sie sie unter „Kalibrierung & Berichte“.',
    ],
    'thresholds-card': (f) => [
      `Die des Modells ${f.model}, gemessen mit ${f.people ?? 'unbekannt vielen'} Personen.`,
    ],
    'thresholds-own': (f) => [
      `Am ${String(f.date).slice(0, 10)} für diese Galerie gemessen, mit ${f.people ?? 'unbekannt vielen'} Personen.`,
    ],
    'thresholds-set-aside': () => [
      'Die eigene Kalibrierung der Galerie passt nicht mehr zum Modell und wird nicht verwendet.',
      'Kalibrieren Sie unter „Kalibrierung & Berichte“ neu.',
    ],
    'thresholds-forbidden': () => [
      'Die Lizenz des Modells erlaubt den Zweck nicht, den dieser Server angibt.',
      'Wählen Sie ein anderes Modell, oder berichtigen Sie die Einstellung „use“.',
    ],
    'gallery-unusable': () => [
      'Niemand kann erkannt werden: Die Galerie wurde mit einem anderen Modell oder mit anderen Korrekturen gemacht, als dieser Server hat.',
      'Führen Sie auf dem Server „agnize doctor“ aus; dort steht der Grund, und was zu tun ist.',
    ],
    store: (f) => [`${f.kind} ${f.version}, Schema ${f.schema}.`],
    'search-database': () => ['Die Datenbank sucht mit ihrem Index.'],
    'search-graph': () => ['Ein Graph findet die ähnlichsten Personen.'],
    'search-building': () => [
      'Ein Graph wird aufgebaut. Bis dahin werden alle verglichen, was länger dauert.',
    ],
    'search-scan': () => [
      'Alle werden verglichen; bei einer Galerie dieser Größe geht das schnell.',
    ],
    'search-unused': () => ['Seit dem Start des Servers wurde niemand gesucht.'],
    protected: () => ['Fotos und Merkmale sind verschlüsselt, mit einem Schlüssel je Person.'],
    unprotected: () => [
      'Fotos und Merkmale sind nicht verschlüsselt. „agnize gallery protect“ verschlüsselt sie mit einem Schlüssel je Person.',
    ],
    retention: (f) => [
      `Die Frist zur Löschung beträgt ${days(Number(f.days))}. Bei niemandem ist sie abgelaufen.`,
    ],
    'retention-none': () => ['Keine Frist ist gesetzt: Personen bleiben, bis jemand sie löscht.'],
    'retention-due': (f) => [
      Number(f.due) === 1
        ? 'Bei 1 Person ist die Frist abgelaufen.'
        : `Bei ${f.due} Personen ist die Frist abgelaufen.`,
      'Löschen Sie sie auf der Seite „Datenschutz“.',
    ],
    'camera-shared': (f) => [
      `Mehr als ein Programm beobachtet in dieser Galerie ${f.cameras}, und jedes zeichnet die Besuche auf.`,
      'Beenden Sie alle bis auf eines, oder geben Sie den Kameras verschiedene Namen.',
    ],
    clock: () => ['Sie stimmt mit den Aufzeichnungen der Galerie überein.'],
    'clock-differs': (f) => [
      `Sie weicht um ${f.seconds} Sekunden von den Aufzeichnungen der Galerie oder ihrer Datenbank ab; Besuche und Fristen geraten durcheinander.`,
      'Lassen Sie beide Rechner von einem Zeitserver (NTP) stellen.',
    ],
    workers: (f) => [
      `${f.workers} Arbeitsprozesse, ${photos(Number(f.photos))} in Arbeit oder wartend, ${f.connections} Live-Verbindungen.`,
    ],
    'queue-full': () => [
      'Die Warteschlange ist voll; Anfragen werden abgewiesen.',
      'Senden Sie weniger Fotos gleichzeitig, oder erhöhen Sie „threads“ oder „queue“ in den Einstellungen des Servers.',
    ],
    tls: (f) => [`Es gilt bis ${String(f.until).slice(0, 10)}.`],
    'tls-ending': (f) => [
      Number(f.days) === 0
        ? `Es läuft am ${String(f.until).slice(0, 10)} ab, heute noch oder morgen.`
        : `Es läuft am ${String(f.until).slice(0, 10)} ab; es bleiben ${days(Number(f.days))}.`,
      'Erneuern Sie es, und starten Sie den Server neu.',
    ],
    'tls-ended': (f) => [
      `Es ist am ${String(f.until).slice(0, 10)} abgelaufen. Browser lehnen den Server ab.`,
      'Erneuern Sie es, und starten Sie den Server neu.',
    ],
    'tls-unreadable': () => [
      'Seine Datei lässt sich nicht mehr lesen. Der nächste Neustart des Servers wird scheitern.',
      'Stellen Sie die Datei wieder her, die „tlsCert“ nennt.',
    ],
    'tls-none': () => [
      'Dieser Server spricht HTTP; nur dieser Rechner oder ein Proxy erreicht ihn.',
    ],
    'tls-open': () => [
      'Andere Rechner erreichen diesen Server unverschlüsselt: Schlüssel, Passwörter und Fotos können unterwegs gelesen werden.',
      'Starten Sie ihn mit „--tls auto“, oder stellen Sie einen Proxy davor, der HTTPS spricht.',
    ],
  }),
}
