import { expect, test } from 'vitest'
import { builtinCards } from '../../dist/models/builtin.js'
import { catalog } from '../../dist/models/catalog.js'
import { models } from '../../web/src/texts/de/models.js'

test('what agnize says in the cards of its models is there in every language', () => {
  const said = [...builtinCards, ...catalog.map(({ card }) => card)].map(({ use }) => use)
  expect(said.filter((sentence) => !models.uses[sentence])).toEqual([])
})
