import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { onTestFinished } from 'vitest'

/** A proxy that serves everything under a path, unknown to the server. */
export async function pathProxy(target: string, prefix: string): Promise<string> {
  const { port, hostname } = new URL(target)
  const stripped = (url = '') => url.slice(prefix.length)
  const server = createServer((from, to) => {
    if (!from.url!.startsWith(`${prefix}/`)) {
      to.writeHead(404).end('elsewhere')
      return
    }
    const { method, headers } = from
    const passed = request(
      { hostname, port, method, headers, path: stripped(from.url) },
      (answer) => {
        to.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(to)
      },
    )
    passed.on('error', () => to.destroy())
    from.pipe(passed)
  })
  server.on('upgrade', (from, socket, head) => {
    const passed = connect(Number(port), hostname, () => {
      const headers = Object.entries(from.headers).map(([name, value]) => `${name}: ${value}`)
      passed.write(`GET ${stripped(from.url)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
      passed.write(head)
      passed.pipe(socket).pipe(passed)
    })
    passed.on('error', () => socket.destroy())
    socket.on('error', () => passed.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`
}
