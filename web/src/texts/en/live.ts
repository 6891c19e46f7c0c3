import { days } from './nouns.js'

export const live = {
  title: 'Live',
  camera: 'Camera',
  asking: 'Waiting for the camera. Allow access in your browser.',
  refused: 'Camera access was denied.',
  refusedHint:
    'Allow the camera in your browser’s address bar. This page then continues automatically.',
  none: 'No camera found.',
  noneHint: 'Connect a camera. This page then continues automatically.',
  busy: 'Another program is using the camera.',
  busyHint: 'Close that program. This page then continues automatically.',
  unplugged: 'The camera was disconnected.',
  unpluggedHint: 'Connect it again. This page then continues automatically.',
  insecure: 'Browsers allow the camera only over HTTPS or on the server’s own machine.',
  insecureHint:
    'Start the server with --tls-cert and --tls-key, or open this page on the machine that runs the server.',
  loadingNetworks: 'Loading the models…',
  connecting: 'Connecting to the server…',
  stopped: 'Recognition has stopped.',
  way: 'Recognition',
  ways: { auto: 'Automatic', browser: 'In this browser', server: 'On the server' },
  inBrowser:
    'Faces are recognized in this browser. The video stays on this device; only numbers computed from the faces are sent to the server.',
  onServer: (host: string) =>
    `Faces are recognized on the server ${host}. The video is sent there.`,
  nothingKept: 'Nothing is stored.',
  visitsKept: (n: number) => `The best face of each visit is stored for ${days(n)}.`,
  decisionsKept: 'Decisions are recorded.',
  attacksKept:
    'When a picture of a face is held up, the time, the camera and whom it resembles are recorded, without the picture.',
  livenessJudged: 'The server judges whether faces are live, and needs the pictures for that.',
  fellBack: 'This browser cannot recognize faces, so the server does it.',
  sound: 'Speak greetings',
  voice: 'Voice',
  defaultVoice: 'Browser default',
  noVoices: 'This browser has no voices, so greetings are only shown.',
  rate: (fps: string, ms: string) => `${fps} frames/s · ${ms} ms`,
  slow: (fps: string) => `Slow: ${fps} ${fps === '1' ? 'frame' : 'frames'}/s.`,
  slowHints: {
    browser: 'Close other programs and tabs, or choose “On the server” under “Recognition”.',
    server:
      'The server or the network is busy: stop other work on it, or choose “In this browser” under “Recognition”.',
    // Where liveness is judged, there is no such choice.
    serverOnly: 'The server or the network is busy: stop other work on it.',
  },
  present: 'People in view',
  nobody: 'Nobody is in view.',
  who: 'Who is this?',
  pending: '…',
  unknown: 'Unknown',
  stranger: (n: number) => (n === 1 ? 'Unknown' : `Unknown ${n}`),
  notJudgeable: 'Not recognizable',
  openKiosk: 'Open kiosk',
  preview: 'Camera preview',
  emptyGallery: 'No people added yet.',
  emptyGalleryHint: 'Choose “Who is this?” next to your face and enter your name.',
  emptyGalleryNoRight: 'Somebody whose key has the “Enroll” permission must add people first.',
}
