export const webcam = {
  nobody: 'Step in front of the camera.',
  several: 'One person at a time, please.',
  closer: 'Come closer.',
  light: 'Your face needs more light.',
  look: 'Look at the camera.',
  still: 'Hold still.',
  clear: 'Show your whole face.',
  good: 'Good. Stay like this.',
  enough: 'You have enough photos. You can add them now.',
  take: 'Take a photo now',
  shot: (n: number) => `Photo ${n}`,
  drop: (n: number) => `Remove photo ${n}`,
}
