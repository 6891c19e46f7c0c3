import { visits } from './nouns.js'

/** Cameras that programs watch. */
export const cameras = {
  none: 'No camera is watched.',
  noneHint: 'A camera appears here as soon as “agnize watch” watches it for this gallery.',
  notWatched: 'Not watched',
  states: {
    starting: (when: string) => `Starting since ${when}`,
    online: (when: string) => `Running since ${when}`,
    offline: (when: string) => `Offline since ${when}`,
    failed: (when: string) => `Failed since ${when}`,
    lost: (when: string) => `Not heard of since ${when}`,
  },
  offline:
    'It delivers no pictures, and is tried again and again. Check its power, its network and its address.',
  unreadable:
    'Its address cannot be opened. Check the address, the user name and the password in the command, and start it again.',
  failed:
    'It cannot be watched. The terminal or the log in which “agnize watch” ran says why. Start it again when that is mended.',
  lost: 'The program that watches it broke off, or does not reach the gallery. Start it again on its machine.',
  shared: (n: number) =>
    `${n} programs watch a camera of this name in this gallery, and each records the visits. Stop all but one, or give their cameras different names.`,
  lastFrame: (when: string) => `Last frame ${when}.`,
  noFrame: 'No frame yet.',
  rate: (n: number) => `${n.toLocaleString('en', { maximumFractionDigits: 1 })} frames a second.`,
  error: (code: string) => `Error code: ${code}.`,
  lastVisit: (when: string, n: number) => `Last visit ${when}, ${visits(n)}`,
  noVisit: 'No visit was recorded here.',
  noPictures:
    'Pictures of cameras are not kept. Where visits are recorded, the best face of each is kept for a limited time.',
  start: 'Watch a camera',
  startExplain:
    'Run this on the machine that reaches the camera, such as the server. Ctrl-C ends it.',
  name: 'Name of the camera',
  source: 'Address',
  sourceHint: 'rtsp://…, http://…, webcam, a video file, or a folder that receives pictures',
  copy: 'Copy command',
  copied: 'Copied.',
  notCopied: 'This browser does not let the page copy. Select the command and copy it.',
  startHint:
    'It has to use the gallery of this server: run it with the same AGNIZE_HOME, or give the server’s --store. The documentation of cameras has a service that starts it after every reboot.',
}
