export const signIn = {
  title: 'Sign in',
  explain:
    'Enter a key for this server. The server displayed the first key when it started for the first time; “agnize keys create” creates more.',
  key: 'Key',
  name: 'Name',
  password: 'Password',
  submit: 'Sign in',
  byKey: 'Sign in with a key',
  byAccount: 'Sign in with name and password',
  makeFirst: 'Create the administrator',
  firstTitle: 'Create the administrator',
  firstExplain:
    'Nobody can sign in with a name and a password yet. Create the account of the administrator, who then creates those of others.',
  firstKey: 'Key of the server',
  firstKeyHint:
    'The one that the terminal showed at the first start. It is lost? “agnize accounts add NAME --role administrator” on the server needs none.',
  firstSubmit: 'Create and sign in',
  wrong: 'This key is unknown, expired or revoked.',
  notAdmin: 'This key does not allow that: it takes an admin key for all galleries.',
  tooMany:
    'Too many attempts to sign in have failed. Wait a quarter of an hour, or have an administrator set a new password.',
  remember: 'You stay signed in on this browser until you sign out or do not use it for 30 days.',
  atProvider: (label: string) => `Sign in with ${label}`,
  invited: (label: string) =>
    `You are invited: sign in with ${label}, and the account is yours from then on.`,
  notSignedIn: 'You were not signed in. Try again.',
  refusals: {
    'account-exists':
      'There is an account with your name that is not linked to you, or you have another already. Ask an administrator.',
    'bad-name': 'The provider gives no name that an account may have. Ask an administrator.',
    'rate-limited': 'Too many attempts to sign in have failed. Wait a quarter of an hour.',
  } as Readonly<Record<string, string>>,
}
