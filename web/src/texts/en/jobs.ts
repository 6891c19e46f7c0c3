export const jobs = {
  waiting: 'Waiting…',
  running: 'Running…',
  done: 'Done.',
  failed: 'Failed.',
  cancelled: 'Canceled.',
}
