import { z } from 'zod'
import { currentWord } from '../base/renamed-words.js'

/** A word that requests may also give as earlier versions called it. Handlers see the word that is used now. */
export function orFormerWord<Word extends string>(schema: z.ZodType<Word>, former: string) {
  return z.union([
    schema,
    z
      .literal(former)
      .transform((word) => currentWord(word) as Word)
      .meta({ deprecated: true, description: `Deprecated: say \`${currentWord(former)}\`.` }),
  ])
}
