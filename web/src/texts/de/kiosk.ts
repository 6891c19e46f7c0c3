import type { Texts } from '../en/index.js'

export const kiosk: Texts['kiosk'] = {
  title: 'Kiosk',
  leave: 'Kiosk verlassen',
  fullScreen: 'Vollbild',
  means: 'Die Begrüßung allein füllt den Bildschirm, und der bleibt an.',
  open: 'Öffnen',
  pinToLeave: 'PIN zum Verlassen (freiwillig)',
  pinHint:
    '4 bis 12 Ziffern. Mit einer PIN zeigt dieser Browser nur den Kiosk, bis sie eingegeben wird. Das hält Besucher von der Konsole fern, nicht aber jemanden, der den Browser selbst bedienen kann.',
  noPin: 'Eine PIN hat 4 bis 12 Ziffern.',
  keepsNoPin: 'Dieser Browser kann hier keine PIN speichern: Öffnen Sie die Konsole über HTTPS.',
  pin: 'PIN',
  wrongPin: (seconds: number) =>
    seconds === 0
      ? 'Das ist nicht die PIN.'
      : `Das ist nicht die PIN. Versuchen Sie es in ${seconds} s wieder.`,
}
