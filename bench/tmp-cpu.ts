import { execSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { createClient, photoForm } from '../dist/client/index.js'
import { photosOf } from './photos.js'
import { startServerProcess } from './server-process.js'

const all = await photosOf('lfw')
const server = await startServerProcess()
const client = createClient({ url: server.url, key: server.key })
for (const { name, photo } of all.filter((_, i) => i % 2 === 0)) {
  await client.POST('/v1/galleries/{gallery}/subjects/{subject}/faces', {
    params: { path: { gallery: 'default', subject: name }, query: { at: '125,125' } },
    ...photoForm({ photos: new Blob([await readFile(photo)]) }),
  })
}
const cpu = (pid: number) => {
  const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(f[11]) + Number(f[12])) * 10
}
const kids = () =>
  execSync(`pgrep -P ${server.child.pid}`).toString().trim().split('\n').map(Number)
const probes = all.filter((_, i) => i % 2 === 1).map(({ photo }) => photo)
for (let r = 0; r < 3; r++) {
  const k = kids()
  const before = [server.child.pid!, ...k].map(cpu)
  const t = performance.now()
  const child = spawn(
    process.execPath,
    [
      'node_modules/tsx/dist/cli.mjs',
      'bench/server-load.ts',
      server.url,
      server.key,
      '8',
      'closed',
      '4',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  child.stdin.end(probes.join('\n'))
  const out = JSON.parse(await text(child.stdout))
  const n = out.byStatus['200'].count
  const after = [server.child.pid!, ...k].map(cpu)
  console.log(
    'wall',
    (performance.now() - t).toFixed(0),
    'n',
    n,
    'per second',
    out.byStatus['200'].perSecond,
    'cpu ms/request main',
    ((after[0]! - before[0]!) / n).toFixed(2),
    'workers',
    k.map((_, i) => ((after[i + 1]! - before[i + 1]!) / n).toFixed(2)).join(' '),
  )
}
await server.stop()
