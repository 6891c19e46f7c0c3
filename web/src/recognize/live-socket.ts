/** The server's answer to a frame. */
export interface LiveAnswer {
  readonly type: 'result' | 'error'
  readonly code?: string
  readonly detail?: string
}

/** The connection counts as broken when an answer takes longer than this, in milliseconds. Judgment. */
const patience = 10_000
const longestPause = 10_000

/** WebSocket close code with which the server reports that the key is expired or revoked. */
const keyIsGone = 4401

/** A WebSocket connection that sends one frame at a time and reconnects after a failure. */
export class LiveSocket {
  readonly #url: string
  readonly #onState: (isOpen: boolean) => void
  readonly #onRefused: () => void
  #socket: WebSocket | undefined
  #answered: ((answer: LiveAnswer | null) => void) | undefined
  #pause = 250
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
