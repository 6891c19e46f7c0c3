import { existsSync } from 'node:fs'

/** Debian's Firefox, another one, or the one that `FIREFOX` names; tests that need one are skipped without. */
export const firefoxPath = [
  process.env.FIREFOX,
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
].find((path) => path !== undefined && existsSync(path))
