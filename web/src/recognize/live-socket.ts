/** An answer of the server to a frame. */
export interface LiveAnswer {
  readonly type: 'result' | 'error'
  readonly code?: string
  readonly detail?: string
}

/** How long an answer may take before the connection is taken for broken, in milliseconds. */
const patience = 10_000
const longestPause = 10_000

/** The server's code for a key that is no longer good. */
const keyIsGone = 4401

/** A connection that sends one frame at a time, and comes back by itself when it breaks. */
export class LiveSocket {
  readonly #url: string
  readonly #onState: (isOpen: boolean) => void
  readonly #onRefused: () => void
  #socket: WebSocket | undefined
  #answered: ((answer: LiveAnswer | null) => void) | undefined
  #pause = 250
  #retry: ReturnType<typeof setTimeout> | undefined
  #closed = false

  /** @param onRefused - The key is no longer good: it does not come back. */
  constructor(url: string, onState: (isOpen: boolean) => void, onRefused: () => void) {
    this.#url = url
    this.#onState = onState
    this.#onRefused = onRefused
    this.#connect()
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** @returns The answer; null when the connection broke meanwhile. */
  async ask(frame: string | Blob): Promise<LiveAnswer | null> {
    const socket = this.#socket
    if (!socket || !this.isOpen) return null
    const answer = new Promise<LiveAnswer | null>((done) => (this.#answered = done))
    socket.send(frame)
    const timer = setTimeout(() => socket.close(), patience)
    try {
      return await answer
    } finally {
      clearTimeout(timer)
    }
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#socket?.close()
  }

  #connect(): void {
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    socket.onopen = () => {
      this.#pause = 250
      this.#onState(true)
    }
    socket.onmessage = ({ data }) => this.#answer(JSON.parse(data as string) as LiveAnswer)
    socket.onclose = ({ code }) => {
      this.#answer(null)
      if (this.#closed) return
      this.#onState(false)
      if (code === keyIsGone) {
        this.#onRefused()
        return
      }
      this.#retry = setTimeout(() => this.#connect(), this.#pause)
      this.#pause = Math.min(longestPause, 2 * this.#pause)
    }
  }

  #answer(answer: LiveAnswer | null): void {
    const answered = this.#answered
    this.#answered = undefined
    answered?.(answer)
  }
}
