import { resolve } from 'node:path'
import { openAgnize } from '../dist/index.js'

/** Fetches the models once, into the project's cache, for all tests. */
export default async function setup(): Promise<void> {
  const home = resolve('.cache/home')
  process.env.AGNIZE_TEST_HOME = home
  await using agnize = await openAgnize({ home })
  await agnize.models.pull()
}
