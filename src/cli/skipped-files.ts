import { type FolderOptions, type SkippedFile, skippedInWords } from '../gallery/people-folder.js'
import { note } from './terminal.js'

/** What a command leaves out of the folders that it reads, and says on standard error. */
export class SkippedFiles implements FolderOptions {
  readonly #skipped: SkippedFile[] = []

  readonly onSkipped = (file: SkippedFile): void => {
    this.#skipped.push(file)
  }

  /** Says how many and why; nothing when none were. */
  tell(): void {
    const words = skippedInWords(this.#skipped, true)
    if (words) note(words)
  }
}
