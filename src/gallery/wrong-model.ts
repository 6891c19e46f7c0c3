import { AgnizeError } from '../base/errors.js'

/** The error for comparing or mixing templates of two models. */
export function wrongModel(bound: string, asked: string): AgnizeError {
  return new AgnizeError(
    'wrong-model',
    `This gallery's templates come from the model ${bound}, not from ${asked}: choose ${bound}, or another gallery.`,
  )
}
