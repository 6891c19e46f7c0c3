import { z } from 'zod'
import { currentWord } from '../base/renamed-words.js'

/** A schema that also accepts the name that earlier versions used for a value. Handlers see the current name. */
export function orDeprecated<Word extends string>(schema: z.ZodType<Word>, former: string) {
  return z.union([
    schema,
    z
      .literal(former)
      .transform((word) => currentWord(word) as Word)
      .meta({ deprecated: true, description: `Deprecated: use \`${currentWord(former)}\`.` }),
  ])
}
