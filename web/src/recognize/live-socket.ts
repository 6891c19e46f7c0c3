/** The server's answer to a frame. */
export interface LiveAnswer {
  readonly type: 'result' | 'error'
  readonly code?: string
  readonly detail?: string
}

/** The connection counts as broken when an answer takes longer than this, in milliseconds. Judgment. */
const answerTimeoutMs = 10_000
const maxRetryDelayMs = 10_000

/** WebSocket close code with which the server reports that the key is expired or revoked. */
const unauthorizedCloseCode = 4401

/** A WebSocket connection that sends one frame at a time and reconnects after a failure. */
export class LiveSocket {
  readonly #url: string
  readonly #onState: (isOpen: boolean) => void
  readonly #onRefused: () => void
  #socket: WebSocket | undefined
  #onAnswer: ((answer: LiveAnswer | null) => void) | undefined
  #retryDelayMs = 250
  #retry: ReturnType<typeof setTimeout> | undefined
  #closed = false

  /** @param onRefused - Called when the key is expired or revoked; the socket does not reconnect then. */
  constructor(url: string, onState: (isOpen: boolean) => void, onRefused: () => void) {
    this.#url = url
    this.#onState = onState
    this.#onRefused = onRefused
    this.#connect()
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** @returns The answer; null if the connection breaks first. */
  async send(frame: string | Blob): Promise<LiveAnswer | null> {
    const socket = this.#socket
    if (!socket || !this.isOpen) return null
    const answer = new Promise<LiveAnswer | null>((done) => (this.#onAnswer = done))
    socket.send(frame)
    const timer = setTimeout(() => socket.close(), answerTimeoutMs)
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
      this.#retryDelayMs = 250
      this.#onState(true)
    }
    socket.onmessage = ({ data }) => this.#answer(JSON.parse(data as string) as LiveAnswer)
    socket.onclose = ({ code }) => {
      this.#answer(null)
      if (this.#closed) return
      this.#onState(false)
      if (code === unauthorizedCloseCode) {
        this.#onRefused()
        return
      }
      this.#retry = setTimeout(() => this.#connect(), this.#retryDelayMs)
      this.#retryDelayMs = Math.min(maxRetryDelayMs, 2 * this.#retryDelayMs)
    }
  }

  #answer(answer: LiveAnswer | null): void {
    const answered = this.#onAnswer
    this.#onAnswer = undefined
    answered?.(answer)
  }
}
