// One JSON line a photo: who is in it. Works through any number of photos with bounded memory, on all cores.
// Usage: tsx examples/sort-photos.ts PEOPLE_FOLDER PHOTOS_FOLDER
import { openAgnize, peopleIn, photosIn } from 'agnize'

const [people = 'people', photos = 'photos'] = process.argv.slice(2)

await using agnize = await openAgnize({ store: ':memory:' })
for await (const each of agnize.enrollEach(await peopleIn(people))) {
  if ('error' in each) console.warn(`${each.photo}: ${each.error.message}`)
}
for await (const each of agnize.identifyEach(await photosIn(photos))) {
  const who = 'error' in each ? [] : each.result.faces.map(({ subject }) => subject?.name ?? null)
  console.log(JSON.stringify({ photo: each.photo, who }))
}
