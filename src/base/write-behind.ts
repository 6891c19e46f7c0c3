/**
 * Writes batches one after the other, in their order, each while the next one is being read. Nothing is written after a batch that
 * failed, and disposing waits for what is being written.
 */
export class WriteBehind<Batch> implements AsyncDisposable {
  readonly #write: (batch: Batch) => Promise<void>
  /** The end of the last batch. */
  #written: Promise<void> = Promise.resolve()

  constructor(write: (batch: Batch) => Promise<void>) {
    this.#write = write
  }

  /** Begins to write a batch once the one before is written, for which it waits. @throws The error of an earlier batch. */
  push(batch: Batch): Promise<void> {
    const before = this.#written
    this.#written = before.then(() => this.#write(batch))
    // Whoever waits for it next has its error.
    this.#written.catch(() => {})
    return before
  }

  /** Waits until all batches are written. @throws The error of a batch. */
  settled(): Promise<void> {
    return this.#written
  }

  /** Waits for what is being written, whose error nobody needs: whoever disposes before {@link settled} has one of its own. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#written.catch(() => {})
  }
}
