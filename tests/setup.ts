import { resolve } from 'node:path'
import { openAgnize } from '../dist/index.js'
import { hasCamera } from './chromium.js'

/** What the tests of the console take. */
const needed = 'Chromium, Chrome or Edge (or one that CHROMIUM names), and ffmpeg'

/** Fetches the models once, into the project's cache, for all tests. */
export default async function setup(): Promise<void> {
  if (!hasCamera) {
    console.warn(
      `Tests in a browser are skipped: install ${needed}. Debian: apt install chromium ffmpeg`,
    )
  }
  const home = resolve('.cache/home')
  process.env.AGNIZE_TEST_HOME = home
  await using agnize = await openAgnize({ home })
  await agnize.models.pull()
}
