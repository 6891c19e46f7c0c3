import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Debian's Chromium, another browser of its kind, or the one that `CHROMIUM` names; tests that need one are skipped without. */
export const chromiumPath = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
].find((path) => path !== undefined && existsSync(path))

/** Whether a video file can be made for its fake camera, which needs ffmpeg. Debian: `apt install chromium ffmpeg`. */
export const hasCamera =
  chromiumPath !== undefined && spawnSync('ffmpeg', ['-version']).status === 0

/** Options for launching it. */
export const chromiumOptions = {
  executablePath: chromiumPath!,
  args: [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
