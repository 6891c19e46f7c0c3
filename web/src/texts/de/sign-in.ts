import type { Texts } from '../en/index.js'

export const signIn: Texts['signIn'] = {
  title: 'Anmelden',
  explain:
    'Geben Sie einen Schlüssel für diesen Server ein. Den ersten Schlüssel hat der Server bei seinem ersten Start angezeigt; weitere erstellen Sie mit „agnize keys create“.',
  key: 'Schlüssel',
  name: 'Name',
  password: 'Passwort',
  submit: 'Anmelden',
  byKey: 'Mit einem Schlüssel anmelden',
  byAccount: 'Mit Name und Passwort anmelden',
  makeFirst: 'Administrator anlegen',
  firstTitle: 'Administrator anlegen',
  firstExplain:
    'Noch kann sich niemand mit Name und Passwort anmelden. Legen Sie das Konto des Administrators an; er legt dann die Konten der anderen an.',
  firstKey: 'Schlüssel des Servers',
  firstKeyHint:
    'Den hat das Terminal beim ersten Start angezeigt. Verloren? „agnize accounts add NAME --role administrator“ auf dem Server braucht keinen.',
  firstSubmit: 'Anlegen und anmelden',
  wrong: 'Dieser Schlüssel ist unbekannt, abgelaufen oder widerrufen.',
  notAdmin:
    'Dieser Schlüssel erlaubt das nicht: Nötig ist ein Administrator-Schlüssel für alle Galerien.',
  tooMany:
    'Zu viele Anmeldungen sind gescheitert. Warten Sie eine Viertelstunde, oder lassen Sie einen Administrator ein neues Passwort setzen.',
  remember:
    'Sie bleiben in diesem Browser angemeldet, bis Sie sich abmelden oder ihn 30 Tage lang nicht benutzen.',
  atProvider: (label) => `Mit ${label} anmelden`,
  invited: (label) =>
    `Sie sind eingeladen: Melden Sie sich mit ${label} an, dann gehört das Konto Ihnen.`,
  notSignedIn: 'Sie wurden nicht angemeldet. Versuchen Sie es noch einmal.',
  refusals: {
    'account-exists':
      'Ein Konto mit Ihrem Namen ist nicht mit Ihnen verknüpft, oder Sie haben schon ein anderes. Fragen Sie einen Administrator.',
    'bad-name':
      'Der Anbieter nennt keinen Namen, den ein Konto haben kann. Fragen Sie einen Administrator.',
    'rate-limited': 'Zu viele Anmeldungen sind fehlgeschlagen. Warten Sie eine Viertelstunde.',
  },
}
