import { type FolderOptions, type SkippedFile, skippedInWords } from '../gallery/people-folder.js'
import { printNote } from './terminal.js'

/** Collects the files that a command skips in folders, and reports them on standard error. */
export class SkippedFiles implements FolderOptions {
  readonly #skipped: SkippedFile[] = []

  readonly onSkipped = (file: SkippedFile): void => {
    this.#skipped.push(file)
  }

  /** Prints the number of skipped files and the reasons; prints nothing where no file was skipped. */
  report(): void {
    const words = skippedInWords(this.#skipped, true)
    if (words) printNote(words)
  }
}
