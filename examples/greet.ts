// Greets everybody who is known, as the tutorial does. Usage: tsx examples/greet.ts PEOPLE_FOLDER PHOTO…
import { openAgnize, peopleIn } from 'agnize'

const [folder = 'images', ...photos] = process.argv.slice(2)

await using agnize = await openAgnize({ store: ':memory:' })
for await (const each of agnize.enrollEach(await peopleIn(folder))) {
  if ('error' in each) console.warn(`${each.photo}: ${each.error.message}`)
}
for await (const each of agnize.identifyEach(photos)) {
  if ('error' in each) continue
  const names = each.result.faces.flatMap(({ subject }) => (subject ? [subject.name] : []))
  const list = new Intl.ListFormat('en').format(names)
  if (names.length > 0) console.log(`Welcome ${list}, have a nice day!`)
}
