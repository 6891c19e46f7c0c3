import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { builtinCards } from '../../dist/models/builtin.js'
import { catalog } from '../../dist/models/catalog.js'
import type { Texts } from '../../web/src/texts/en/index.js'

const texts = new URL('../../web/src/texts/', import.meta.url)
const languages = (await readdir(texts, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
/** What agnize says in the cards of its models, in English. */
const said = [...builtinCards, ...catalog.map(({ card }) => card)].map(({ use }) => use)

test('there are languages to look at', () => {
  expect(languages).toEqual(expect.arrayContaining(['de', 'en']))
})

test.each(
  languages,
)('what agnize says in the cards of its models is there in "%s"', async (tag) => {
  const { models }: Pick<Texts, 'models'> = await import(`${texts}${tag}/models.ts`)
  // The sentence of the card is the English text.
  const missing = tag === 'en' ? [] : said.filter((sentence) => !models.uses[sentence])
  expect(missing).toEqual([])
  // A text whose sentence changed would never be shown again.
  expect(Object.keys(models.uses).filter((sentence) => !said.includes(sentence))).toEqual([])
})
