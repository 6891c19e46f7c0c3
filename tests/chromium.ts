import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Debian's Chromium, or another that `CHROMIUM` names; tests that need a browser are skipped without one. */
export const chromiumPath = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

/** Whether a camera can be made up for it, which takes ffmpeg. Debian: `apt install chromium ffmpeg`. */
export const hasCamera =
  chromiumPath !== undefined && spawnSync('ffmpeg', ['-version']).status === 0

/** How it is started here. */
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
