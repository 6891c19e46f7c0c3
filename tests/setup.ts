import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { openAgnize } from '../dist/index.js'
import { postgresOfRun } from './postgres-server.js'
import { lacksFile, type Requirement, reportLacking } from './requirements.js'

/**
 * Fetches the models once, into the project's cache, and starts a PostgreSQL server for all tests. At the end the run fails
 * where suites were skipped for want of something that AGNIZE_SKIP does not name.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const postgres = await postgresOfRun()
  console.error(postgres.line)
  const home = resolve('.cache/home')
  process.env.AGNIZE_TEST_HOME = home
  const folder = mkdtempSync(join(tmpdir(), 'agnize-run-'))
  const file = join(folder, 'lacks.txt')
  writeFileSync(file, '')
  process.env[lacksFile] = file
  await using agnize = await openAgnize({ home })
  await agnize.models.pull()
  return async () => {
    await postgres.stop()
    const lacking = readFileSync(file, 'utf8').split('\n').filter(Boolean) as Requirement[]
    rmSync(folder, { recursive: true })
    const { lines, fails } = reportLacking(lacking, process.env.AGNIZE_SKIP ?? '')
    for (const line of lines) console.error(line)
    if (fails) process.exitCode = 1
    console.error(postgres.line)
  }
}
