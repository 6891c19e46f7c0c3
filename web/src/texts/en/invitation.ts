export const invitation = {
  title: 'An invitation was opened',
  whose: (name: string, provider: string) =>
    `In this browser ${name} is signed in. Is the invitation for you, to this account or to another? Then sign out here, and sign in with ${provider}.`,
  stillValid:
    'If it is for somebody else, stay signed in: the link works until that person has used it.',
  stay: 'Stay signed in',
  later: 'Not now',
  goOn: 'Sign out and go on',
}
