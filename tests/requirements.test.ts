import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reportLacking } from './requirements.js'

test('fails for what AGNIZE_SKIP does not name, and lists what is missing once', () => {
  expect(reportLacking([], '')).toEqual({ lines: [], fails: false })
  const allowed = reportLacking(['faces', 'faces'], 'camera, faces')
  expect(allowed.fails).toBe(false)
  expect(allowed.lines).toEqual([
    expect.stringMatching(/^skipped {2}faces: needs .*AGNIZE_TEST_FACES/),
  ])
  const unexpected = reportLacking(['faces', 'camera'], 'faces')
  expect(unexpected.fails).toBe(true)
  expect(unexpected.lines.join('\n')).toContain('NOT RUN  camera: needs Chromium and ffmpeg')
  expect(unexpected.lines.at(-1)).toContain('AGNIZE_SKIP=camera,faces')
})

test('a run without the face sets fails unless it is told to skip them', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'agnize-no-faces-'))
  const run = (skip: string) =>
    new Promise<{ code: number | null; stderr: string }>((done) => {
      const child = execFile(
        process.execPath,
        ['node_modules/vitest/vitest.mjs', 'run', 'tests/recognition/lfw.test.ts'],
        { env: { ...process.env, AGNIZE_TEST_FACES: join(empty, 'faces'), AGNIZE_SKIP: skip } },
        (_error, _stdout, stderr) => done({ code: child.exitCode, stderr }),
      )
    })
  const failed = await run('')
  expect(failed.stderr).toContain('NOT RUN  faces')
  expect(failed.code).toBe(1)
  const told = await run('faces')
  expect(told.stderr).toContain('skipped  faces')
  expect(told.code).toBe(0)
})
