export const conflict = {
  title: 'Somebody else changed this meanwhile.',
  hint: 'Choose which version to keep.',
  theirs: 'Theirs, saved now',
  mine: 'Yours',
  empty: '(empty)',
  keepTheirs: 'Keep theirs',
  keepMine: 'Save yours',
}
