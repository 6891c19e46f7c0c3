import { createServer, type Server, type Socket } from 'node:net'

/**
 * A small RTSP server on this machine: ffmpeg publishes a stream to it, and players read it over TCP, as from a camera.
 */
export class RtspRelay {
  readonly #server: Server
  readonly #players = new Set<Socket>()
  /** SDP of the published stream; null while there is none. */
  #description: string | null = null

  static async open(): Promise<RtspRelay> {
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    return new RtspRelay(server)
  }

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => this.#serve(socket))
  }

  get url(): string {
    return `rtsp://127.0.0.1:${(this.#server.address() as { port: number }).port}/live`
  }

  /** Closes all connections of players. @returns Their number. */
  drop(): number {
    const count = this.#players.size
    for (const player of this.#players) player.destroy()
    return count
  }

  close(): void {
    this.drop()
    this.#server.close()
  }

  #serve(socket: Socket): void {
    let held = Buffer.alloc(0)
    let isPublisher = false
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#players.delete(socket)
      if (!isPublisher) return
      this.#description = null
      this.drop()
    })
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      for (;;) {
        if (held[0] === 0x24) {
          // A packet: `$`, channel, length.
          if (held.length < 4 || held.length < 4 + held.readUInt16BE(2)) return
          const packet = held.subarray(0, 4 + held.readUInt16BE(2))
          held = held.subarray(packet.length)
          if (isPublisher) for (const player of this.#players) player.write(packet)
          continue
        }
        const end = held.indexOf('\r\n\r\n')
        if (end < 0) return
        const head = held.subarray(0, end).toString()
        const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
        if (held.length < end + 4 + length) return
        const body = held.subarray(end + 4, end + 4 + length).toString()
        held = held.subarray(end + 4 + length)
        const method = head.split(' ', 1)[0]!
        if (method === 'ANNOUNCE') {
          isPublisher = true
          this.#description = body
        }
        socket.write(this.#answer(method, head))
        if (method === 'PLAY') this.#players.add(socket)
      }
    })
  }

  #answer(method: string, head: string): string {
    const lines = [`CSeq: ${/cseq: *(\d+)/i.exec(head)?.[1] ?? 0}`, 'Session: 1']
    let body = ''
    if (method === 'OPTIONS') {
      lines.push('Public: OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, TEARDOWN')
    } else if (method === 'DESCRIBE') {
      if (this.#description === null) return `RTSP/1.0 404 Not Found\r\n${lines[0]}\r\n\r\n`
      body = this.#description
      lines.push('Content-Type: application/sdp', `Content-Length: ${Buffer.byteLength(body)}`)
    } else if (method === 'SETUP') {
      lines.push(`Transport: ${/transport: *([^\r\n]+)/i.exec(head)?.[1] ?? ''}`)
    }
    return `RTSP/1.0 200 OK\r\n${lines.join('\r\n')}\r\n\r\n${body}`
  }
}
