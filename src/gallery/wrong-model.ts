import { AgnizeError } from '../base/errors.js'

/** The error for comparing or mixing templates of two models. */
export function wrongModel(bound: string, asked: string): AgnizeError {
  return new AgnizeError(
    'wrong-model',
    `This gallery's templates were made by ${bound}, not by ${asked}, and the two do not compare: choose that model, or another gallery.`,
  )
}
