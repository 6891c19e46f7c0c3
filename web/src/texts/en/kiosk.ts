export const kiosk = {
  title: 'Kiosk',
  leave: 'Leave kiosk',
  fullScreen: 'Full screen',
  means: 'The greeting alone fills the screen, which stays on.',
  open: 'Open',
  pinToLeave: 'PIN to leave (optional)',
  pinHint:
    '4 to 12 digits. With a PIN, this browser shows nothing but the kiosk until it is entered. That keeps visitors out of the console, but not somebody who can operate the browser itself.',
  noPin: 'A PIN has 4 to 12 digits.',
  keepsNoPin: 'This browser cannot keep a PIN here: open the console over HTTPS.',
  pin: 'PIN',
  wrongPin: (seconds: number) =>
    seconds === 0 ? 'This is not the PIN.' : `This is not the PIN. Try again in ${seconds} s.`,
}
