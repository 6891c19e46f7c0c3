// Are these the same person? Usage: tsx examples/same-person.ts A B
import { openAgnize } from 'agnize'

const [a = 'a.jpg', b = 'b.jpg'] = process.argv.slice(2)

await using agnize = await openAgnize()
const { match, similarity, threshold } = await agnize.verify(a, b, { accept: { fmr: 1e-4 } })
console.log(match ? 'the same person' : 'different people', similarity, threshold)
