/** Where each number stands in the shared memory. */
const stop = 0
const running = 1

/** Bytes of shared memory that a {@link RunGuard} needs. */
export const runGuardBytes = 8

/**
 * Keeps threads from being ended in the middle of a network's run, which would abort the whole process: ONNX
 * Runtime throws where nobody can catch it when its thread is taken away. Shared by all threads of a pool.
 */
export class RunGuard {
  readonly #state: Int32Array

  constructor(memory: SharedArrayBuffer) {
    this.#state = new Int32Array(memory)
  }

  /** Runs `work` unless the threads are to end. @returns Undefined when they are. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    Atomics.add(this.#state, running, 1)
    try {
      if (Atomics.load(this.#state, stop) === 1) return undefined
      return await work()
    } finally {
      Atomics.sub(this.#state, running, 1)
      Atomics.notify(this.#state, running)
    }
  }

  /** Lets no further run begin. */
  stop(): void {
    Atomics.store(this.#state, stop, 1)
  }

  /** Waits until no run is under way, without blocking. */
  async settled(): Promise<void> {
    while (Atomics.load(this.#state, running) > 0)
      await new Promise((later) => setTimeout(later, 2))
  }

  /** The same for a process that is about to exit: blocks until no run is under way, two seconds at most. */
  settle(): void {
    const end = performance.now() + 2000
    for (let count = this.#count(); count > 0 && performance.now() < end; count = this.#count()) {
      Atomics.wait(this.#state, running, count, 50)
    }
  }

  #count(): number {
    return Atomics.load(this.#state, running)
  }
}
