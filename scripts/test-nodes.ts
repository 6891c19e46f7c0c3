/**
 * Runs the tests with every Node.js that agnize supports, one after another: `npm run test:nodes -- [FILES AND OPTIONS OF VITEST]`.
 * Fetches from npm the versions that are not there (`.cache/nodes`). Fails where one of them fails.
 */
import { spawnSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { nodeOfMajor, supportedMajors } from './node-versions.js'

const failed: string[] = []
for (const major of supportedMajors) {
  const { version, executable } = nodeOfMajor(major)
  console.log(`\n# Node.js ${version}`)
  // Tests start programs as "node".
  const PATH = [dirname(executable), process.env.PATH].join(delimiter)
  const { status } = spawnSync(
    executable,
    ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, PATH } },
  )
  if (status !== 0) failed.push(version)
}
if (failed.length > 0) console.error(`\nTests failed with Node.js ${failed.join(', ')}.`)
process.exit(failed.length > 0 ? 1 : 0)
