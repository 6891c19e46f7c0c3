import type { Texts } from '../en/index.js'

export const invitation: Texts['invitation'] = {
  title: 'Eine Einladung wurde geöffnet',
  whose: (name, provider) =>
    `In diesem Browser ist ${name} angemeldet. Gilt die Einladung Ihnen, für dieses Konto oder ein anderes? Dann melden Sie sich hier ab und danach mit ${provider} an.`,
  stillValid:
    'Gilt sie jemand anderem, bleiben Sie angemeldet: Der Link gilt weiter, bis diese Person ihn benutzt hat.',
  stay: 'Angemeldet bleiben',
  later: 'Jetzt nicht',
  goOn: 'Abmelden und fortfahren',
}
