/**
 * Kills processes that change a gallery, 200 times per store, and reports whether a change was lost or left incomplete:
 * `npm run chaos [-- --kills 200] [--store sqlite|postgres] [--seed 1]`. The results are in docs/gallery.md.
 */
import { parseArgs } from 'node:util'
import { runChaos } from '../tests/chaos/chaos.js'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    store: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
let failed = false
for (const store of ['sqlite', 'postgres'] as const) {
  if (values.store && values.store !== store) continue
  const start = Date.now()
  const result = await runChaos(store, Number(values.kills), {
    seed: Number(values.seed),
    onKill: (done) => {
      if (done % 20 === 0) console.error(`${store}: ${done} kills`)
    },
  })
  const kinds = Object.entries(result.kinds).map(([kind, count]) => `${kind} ${count}`)
  console.log(
    `${nameOf(store, result.isRealServer)}: ${result.kills} kills in ${Math.round((Date.now() - start) / 1000)} s; ${result.acknowledged} operations acknowledged, none lost unless said below; ${result.underWay} were under way (${kinds.join(', ')}), of which ${result.happened} happened whole and the others not at all.`,
  )
  for (const each of result.wrong) console.log(`  WRONG ${each}`)
  failed ||= result.wrong.length > 0
}
process.exitCode = failed ? 1 : 0

function nameOf(store: 'sqlite' | 'postgres', isReal: boolean): string {
  return store === 'sqlite' ? 'SQLite' : isReal ? 'PostgreSQL' : 'PGlite'
}
