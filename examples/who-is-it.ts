// Who is in this photo? Usage: tsx examples/who-is-it.ts NAME KNOWN_PHOTO PHOTO
import { openAgnize } from 'agnize'

const [name = 'Skuli', known = 'skuli.jpg', photo = 'door.jpg'] = process.argv.slice(2)

await using agnize = await openAgnize({ store: ':memory:' })
await agnize.enroll(name, known)
for (const face of await agnize.identify(photo)) {
  const who = face.subject?.name ?? face.answer
  console.log(who, face.similarity, `needs ${face.threshold.value.toFixed(3)}`, face.reason ?? '')
}
