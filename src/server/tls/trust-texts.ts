/** The texts of the page that hands out the authority's certificate. */
export interface TrustTexts {
  readonly title: string
  readonly introduction: string
  readonly limits: string
  readonly fingerprint: string
  readonly compare: string
  readonly scan: string
  readonly forPhone: string
  readonly forFile: string
  readonly systems: readonly {
    readonly name: string
    /** Which browsers' name says that they run on it. */
    readonly agent: RegExp
    readonly steps: readonly string[]
  }[]
  readonly next: string
  readonly remove: string
}

const agents = {
  apple: /iPhone|iPad/,
  android: /Android/,
  computer: /^(?!.*(iPhone|iPad|Android))/,
}

const en: TrustTexts = {
  title: 'Trust this server',
  introduction:
    'This agnize server shows a certificate by an authority of its own. Install that authority once on every phone, tablet and computer that opens the console: then its camera works, and the console can be installed as an app.',
  limits:
    'The authority can vouch for addresses of private networks and local names only; for no site on the internet.',
  fingerprint: 'SHA-256 fingerprint',
  compare:
    'Install it only if the fingerprint is the one that the server printed at its start: this page may come over an unencrypted connection.',
  scan: 'Scan this with a phone or tablet in the same network:',
  forPhone: 'Get the certificate',
  forFile: 'Download the certificate',
  systems: [
    {
      name: 'iPhone and iPad',
      agent: agents.apple,
      steps: [
        'Open this page in Safari, choose “Get the certificate” and allow the profile.',
        'Settings → General → VPN & Device Management: choose the profile, compare the fingerprint under “More Details”, and install it.',
        'Settings → General → About → Certificate Trust Settings: switch the certificate on.',
      ],
    },
    {
      name: 'Android',
      agent: agents.android,
      steps: [
        'Choose “Download the certificate”.',
        'Settings → Security → Encryption & credentials → Install a certificate → CA certificate → Install anyway, and choose the file. (Some devices name it otherwise: search the settings for “CA certificate”.)',
        'Compare the fingerprint under Trusted credentials → User.',
      ],
    },
    {
      name: 'Computer',
      agent: agents.computer,
      steps: [
        'Choose “Download the certificate” and compare the fingerprint in what opens the file.',
        'Windows: open it → Install Certificate → Trusted Root Certification Authorities. macOS: open it in Keychain Access → Trust → Always Trust. Chrome on Linux: chrome://certificate-manager → Custom → Trusted → Import.',
        'Firefox: Settings → Privacy & Security → View Certificates → Authorities → Import.',
      ],
    },
  ],
  next: 'Then open the console:',
  remove:
    'Remove the certificate in the same place when you no longer use this server. Who can read the server’s files could make certificates for other machines of your network.',
}

const de: TrustTexts = {
  title: 'Diesem Server vertrauen',
  introduction:
    'Dieser agnize-Server weist sich mit einem Zertifikat einer eigenen Zertifizierungsstelle aus. Installieren Sie sie einmal auf jedem Telefon, Tablet und Computer, der die Konsole öffnet: Dann funktioniert dort die Kamera, und die Konsole lässt sich als App installieren.',
  limits:
    'Die Zertifizierungsstelle kann nur für Adressen privater Netze und lokale Namen bürgen, für keine Seite im Internet.',
  fingerprint: 'SHA-256-Fingerabdruck',
  compare:
    'Installieren Sie sie nur, wenn der Fingerabdruck der ist, den der Server beim Start ausgegeben hat: Diese Seite kommt vielleicht unverschlüsselt.',
  scan: 'Mit einem Telefon oder Tablet im selben Netz scannen:',
  forPhone: 'Zertifikat holen',
  forFile: 'Zertifikat herunterladen',
  systems: [
    {
      name: 'iPhone und iPad',
      agent: agents.apple,
      steps: [
        'Öffnen Sie diese Seite in Safari, wählen Sie „Zertifikat holen“ und erlauben Sie das Profil.',
        'Einstellungen → Allgemein → VPN und Geräteverwaltung: Wählen Sie das Profil, vergleichen Sie den Fingerabdruck unter „Mehr Details“ und installieren Sie es.',
        'Einstellungen → Allgemein → Info → Zertifikatsvertrauenseinstellungen: Schalten Sie das Zertifikat ein.',
      ],
    },
    {
      name: 'Android',
      agent: agents.android,
      steps: [
        'Wählen Sie „Zertifikat herunterladen“.',
        'Einstellungen → Sicherheit → Verschlüsselung und Anmeldedaten → Zertifikat installieren → CA-Zertifikat → Trotzdem installieren, und wählen Sie die Datei. (Manche Geräte nennen es anders: Suchen Sie in den Einstellungen nach „CA-Zertifikat“.)',
        'Vergleichen Sie den Fingerabdruck unter Vertrauenswürdige Anmeldedaten → Nutzer.',
      ],
    },
    {
      name: 'Computer',
      agent: agents.computer,
      steps: [
        'Wählen Sie „Zertifikat herunterladen“ und vergleichen Sie den Fingerabdruck in dem, was die Datei öffnet.',
        'Windows: öffnen → Zertifikat installieren → Vertrauenswürdige Stammzertifizierungsstellen. macOS: in der Schlüsselbundverwaltung öffnen → Vertrauen → Immer vertrauen. Chrome unter Linux: chrome://certificate-manager → Benutzerdefiniert → Vertrauenswürdig → Importieren.',
        'Firefox: Einstellungen → Datenschutz & Sicherheit → Zertifikate anzeigen → Zertifizierungsstellen → Importieren.',
      ],
    },
  ],
  next: 'Öffnen Sie dann die Konsole:',
  remove:
    'Entfernen Sie das Zertifikat an derselben Stelle, wenn Sie diesen Server nicht mehr benutzen. Wer die Dateien des Servers lesen kann, könnte Zertifikate für andere Geräte Ihres Netzes ausstellen.',
}

/** The texts in the language that a browser prefers. */
export function trustTexts(acceptLanguage = ''): {
  readonly lang: string
  readonly texts: TrustTexts
} {
  const [first = ''] = acceptLanguage.toLowerCase().split(/[,;]/)
  return /^de\b/.test(first.trim()) ? { lang: 'de', texts: de } : { lang: 'en', texts: en }
}
