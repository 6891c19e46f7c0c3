export const enroll = {
  title: 'Who is this?',
  name: 'Name',
  nameHint: 'If this person already exists, the photo is added to them.',
  add: 'Add',
  adding: 'Adding…',
  added: (name: string) => `${name} was added.`,
  poor: (reasons: string) => `The quality of the photo is poor (${reasons}). Add a better one.`,
  nextTime: 'They will be greeted from now on.',
}
