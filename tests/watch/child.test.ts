import { existsSync, readFileSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { framesOf } from '../../dist/watch/frames.js'
import { CommandOutput } from '../../dist/watch/outputs/command.js'
import { parseEvent } from '../../dist/watch/outputs/output.js'
import { sayAloud } from '../../dist/watch/speaker.js'
import { temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'

const body = JSON.stringify({ type: 'online', camera: 'door', at: '', reason: null })
const event = { id: '1', camera: 'door', event: parseEvent(body), body }

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A zombie has ended and only waits to be reaped.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function pidIn(file: string): Promise<number> {
  await expect
    .poll(() => existsSync(file) && readFileSync(file, 'utf8').trim(), {
      timeout: 60_000,
    })
    .toMatch(/^\d+$/)
  const pid = Number(readFileSync(file, 'utf8'))
  onTestFinished(() => {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL')
  })
  return pid
}

describe.skipIf(lacks('processes'))('programs that are started', () => {
  test.each([
    '',
    "trap '' TERM; ",
  ])('a command that takes too long ends with all that it started (%j)', async (deaf) => {
    const file = join(await temporaryFolder(), 'pid')
    // The inner shell holds the pipe even after the outer one has ended.
    const inner = `${deaf}echo $$ > ${file}; while :; do sleep 1; done`
    const output = new CommandOutput({
      run: `sh -c "${inner.replaceAll('$', '\\$')}" & wait`,
      timeout: 1500,
    })
    await expect(output.send(event)).rejects.toThrow('took too long')
    const pid = await pidIn(file)
    await expect.poll(() => isRunning(pid), { timeout: 60_000 }).toBe(false)
  })

  test('does not wait for processes that a command leaves running', async () => {
    const file = join(await temporaryFolder(), 'pid')
    const output = new CommandOutput({
      run: `echo "no such lamp" >&2; sleep 1000 & echo $! > ${file}; exit 3`,
    })
    await expect(output.send(event)).rejects.toThrow('it ended with 3: no such lamp')
    expect(isRunning(await pidIn(file))).toBe(true)
  })

  test('does not wait for processes that a speech program leaves running', async () => {
    const folder = await temporaryFolder()
    const [program, file] = [join(folder, 'espeak-ng'), join(folder, 'pid')]
    await writeFile(program, `#!/bin/sh\ncat > /dev/null\nsleep 1000 &\necho $! > ${file}\n`)
    await chmod(program, 0o755)
    const { PATH } = process.env
    process.env.PATH = `${folder}:${PATH}`
    onTestFinished(() => {
      process.env.PATH = PATH
    })
    expect(await sayAloud('Hello')).toBe(true)
    expect(isRunning(await pidIn(file))).toBe(true)
  })

  test('a wrapper of ffmpeg ends with ffmpeg', async () => {
    const folder = await temporaryFolder()
    const [program, file] = [join(folder, 'ffmpeg'), join(folder, 'pid')]
    await writeFile(program, `#!/bin/sh\nsleep 1000 &\necho $! > ${file}\nwait\n`)
    await chmod(program, 0o755)
    const { PATH } = process.env
    process.env.PATH = `${folder}:${PATH}`
    onTestFinished(() => {
      process.env.PATH = PATH
    })
    const stop = new AbortController()
    const frames = framesOf({
      ...{ source: join(folder, 'film.mp4'), fps: 5, width: 320, fast: true },
      signal: stop.signal,
    })
    const next = frames.next()
    const pid = await pidIn(file)
    stop.abort()
    expect(await next).toMatchObject({ done: true })
    await expect.poll(() => isRunning(pid), { timeout: 60_000 }).toBe(false)
  })
})
