/**
 * Holds the server to its OpenAPI document: `npm run contract [-- --short | --document]`.
 *
 * A linter reads the document; then schemathesis makes requests from it, valid and invalid, and checks every answer, against a
 * server on this machine with two galleries. Keys and sessions are left out, since a run would revoke its own; so are downloads.
 * It ends with status 1 where the document and the server differ, and 3 where schemathesis cannot be installed. A run whose time is
 * over is judged by the requests that it has made.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { startServerProcess } from '../../bench/server-process.js'
import { openAgnize } from '../../dist/index.js'
import { openApi } from '../../dist/server/openapi.js'
import { pythonEnvironment } from '../python-environment.js'

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    /** Only reads the document. */
    document: { type: 'boolean', default: false },
    examples: { type: 'string' },
    seed: { type: 'string' },
  },
})
const here = (name: string) => new URL(name, import.meta.url).pathname
/** Requests an operation in each phase; at most so many seconds in all. */
const bounds = values.short ? { examples: '10', seconds: 150 } : { examples: '200', seconds: 3600 }

/** What the linter finds; a WebSocket is opened with 101, which it does not know. */
async function lint(): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: { 'operation-2xx-response': 'off' },
  })
  const problems = await lintFromString({
    source: JSON.stringify(openApi()),
    absoluteRef: 'openapi.json',
    config,
  })
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`,
  )
}

/** Runs schemathesis on a new server, with the models of AGNIZE_HOME or else those of the tests. @returns Its status. */
async function requests(programs: string): Promise<number> {
  process.env.AGNIZE_HOME ??= resolve('.cache/home')
  await using agnize = await openAgnize({ store: ':memory:' })
  await agnize.models.pull()
  const folder = mkdtempSync(join(tmpdir(), 'agnize-contract-'))
  const server = await startServerProcess([
    ...['--offline', '--requests-per-minute', '1000000', '--trust-proxy', '127.0.0.1'],
    ...['--import-folder', folder],
  ])
  try {
    const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' }
    const post = async (path: string, json: object) => {
      const answer = await fetch(server.url + path, {
        ...{ method: 'POST', headers, body: JSON.stringify(json) },
      })
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    }
    await post('/v1/galleries', { name: 'second' })
    for (const name of ['Anna', 'Ben']) await post('/v1/galleries/default/subjects', { name })
    const child = spawn(
      join(programs, 'schemathesis'),
      [
        ...['--config-file', here('schemathesis.toml'), 'run', `${server.url}/v1/openapi.json`],
        ...['--header', `Authorization: ${headers.authorization}`, '--no-color'],
        ...['--exclude-path-regex', '^/v1/(keys|session)|/live$|^/v1/models/pull$'],
        ...['--checks', 'all', '--phases', 'examples,coverage,fuzzing,stateful'],
        ...['--max-examples', values.examples ?? bounds.examples],
        ...['--seed', values.seed ?? '1', '--no-shrink', '--continue-on-failure'],
      ],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, SCHEMATHESIS_HOOKS: here('hooks.py') },
      },
    )
    let report = ''
    child.stdout.on('data', (text) => {
      report += text
      process.stdout.write(text)
    })
    let isOver = false
    const tooLong = setTimeout(() => {
      isOver = true
      child.kill('SIGINT')
    }, bounds.seconds * 1000)
    const [code] = (await once(child, 'close')) as [number | null]
    clearTimeout(tooLong)
    if (isOver)
      console.log(`The time is over: after ${bounds.seconds} s no more requests are made.`)
    const hasMade = /^ +\d+ generated,/m.test(report)
    const hasFailed = /^=+ (FAILURES|ERRORS) =+$/m.test(report)
    const status = isOver && hasMade && !hasFailed ? 0 : (code ?? 1)
    const errors = server
      .stderr()
      .split('\n')
      .filter((line) => line.includes('"level":50'))
    for (const line of errors) console.error(line)
    return errors.length > 0 ? 1 : status
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const found = await lint()
for (const line of found) console.error(line)
console.log(
  `The document: ${found.length === 0 ? 'nothing to complain of' : `${found.length} problems`}.`,
)
if (values.document) process.exit(found.length > 0 ? 1 : 0)
const programs = pythonEnvironment('schemathesis')
if (programs === undefined) {
  console.error('schemathesis is not there: Python 3.10 with venv and pip, and PyPI, are needed.')
  process.exit(found.length > 0 ? 1 : 3)
}
const status = await requests(programs)
process.exit(found.length > 0 ? 1 : status)
