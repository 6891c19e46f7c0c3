import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { platform } from 'node:os'
import { annotate } from '../image/annotate.node.js'
import { type CameraEvent, eventJson } from './event.js'
import type { DecidedFrame } from './watch-options.js'

const boundary = 'frame'
const colors = { known: '#18864b', unknown: '#b3541e', open: '#596273' } as const
/** A viewer with more unsent bytes than this gets no further frame until they are sent. Judgment. */
const maxUnsentBytes = 2e6

/** Serves a live preview to a browser on this machine: frames with boxes and names, and events. Nothing is stored. */
export class Preview {
  /** URL of the preview. It contains a secret token: whoever has the URL sees the cameras. */
  readonly url: string
  readonly #server: Server
  readonly #viewers = new Map<string, Set<ServerResponse>>()
  readonly #listeners = new Set<ServerResponse>()

  /** @param cameras - Names of the cameras. */
  static async open(cameras: readonly string[]): Promise<Preview> {
    const server = createServer()
    await new Promise<void>((done, fail) => {
      server.once('error', fail)
      server.listen(0, '127.0.0.1', done)
    })
    return new Preview(server, cameras)
  }

  private constructor(server: Server, cameras: readonly string[]) {
    this.#server = server
    const token = randomBytes(16).toString('base64url')
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}/`
    for (const camera of cameras) this.#viewers.set(camera, new Set())
    server.on('request', ({ method, url }, response) => {
      const [, given, what, number] = (url ?? '').split('/')
      if (given !== token || method !== 'GET') {
        response.writeHead(404).end()
        return
      }
      response.setHeader('cache-control', 'no-store')
      response.setHeader('x-content-type-options', 'nosniff')
      const viewers =
        what === 'camera' ? this.#viewers.get(cameras[Number(number)] ?? '') : undefined
      if (what === '') sendPage(response, cameras)
      else if (what === 'events') this.#stream(response, this.#listeners, 'text/event-stream')
      else if (viewers) {
        this.#stream(response, viewers, `multipart/x-mixed-replace; boundary=${boundary}`)
      } else response.writeHead(404).end()
    })
  }

  /** Sends a frame to the viewers of its camera. */
  show({ camera, image, faces }: DecidedFrame): void {
    const viewers = [...(this.#viewers.get(camera) ?? [])].filter(
      ({ writableLength }) => writableLength < maxUnsentBytes,
    )
    if (viewers.length === 0) return
    const annotations = faces.map(({ face, track }) => ({
      box: face.box,
      label: track.subject?.name ?? (track.answer === 'unknown' ? 'unknown' : '…'),
      color: colors[track.subject ? 'known' : track.answer === 'unknown' ? 'unknown' : 'open'],
    }))
    void annotate(image(), annotations, 'jpeg').then(
      (jpeg) => {
        for (const viewer of viewers) {
          viewer.write(
            `--${boundary}\r\ncontent-type: image/jpeg\r\ncontent-length: ${jpeg.length}\r\n\r\n`,
          )
          viewer.write(jpeg)
          viewer.write('\r\n')
        }
      },
      () => {},
    )
  }

  /** Sends an event to all viewers. */
  sendEvent(event: CameraEvent): void {
    for (const listener of this.#listeners) {
      listener.write(`data: ${JSON.stringify(eventJson(event))}\n\n`)
    }
  }

  /** Opens the preview in the default browser, where there is one. */
  openBrowser(): void {
    const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
      darwin: ['open'],
      win32: ['rundll32', 'url.dll,FileProtocolHandler'],
      linux: ['xdg-open'],
    }
    const [command, ...args] = openers[platform()] ?? ['xdg-open']
    const child = spawn(command, [...args, this.url], { stdio: 'ignore', detached: true })
    // The URL was printed already.
    child.on('error', () => {})
    child.unref()
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()))
    this.#server.closeAllConnections()
    await closed
  }

  #stream(response: ServerResponse, group: Set<ServerResponse>, type: string): void {
    response.writeHead(200, { 'content-type': type })
    response.flushHeaders()
    group.add(response)
    response.on('close', () => group.delete(response))
  }
}

function sendPage(response: ServerResponse, cameras: readonly string[]): void {
  const nonce = randomBytes(16).toString('base64')
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; img-src 'self'; connect-src 'self'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
  })
  const figures = cameras.map(
    (camera, i) =>
      `<figure><img src="camera/${i}" alt="Picture of ${escaped(camera)}"><figcaption>${escaped(camera)}</figcaption></figure>`,
  )
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>agnize watch</title>
<style nonce="${nonce}">
  :root { color-scheme: light dark; font: 16px/1.4 system-ui, sans-serif }
  body { margin: 1rem; display: grid; gap: 1rem }
  main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)) }
  figure { margin: 0 } img { width: 100%; border-radius: .5rem; background: #8884; aspect-ratio: 4 / 3; object-fit: contain }
  ol { list-style: none; margin: 0; padding: 0 } li { padding: .25rem 0; border-top: 1px solid #8884 }
</style>
<main>${figures.join('')}</main>
<section aria-label="Events"><ol aria-live="polite"></ol></section>
<script nonce="${nonce}">
  const list = document.querySelector('ol')
  const words = { came: 'is here', recognized: 'was recognized', went: 'has left' }
  new EventSource('events').onmessage = ({ data }) => {
    const { type, camera, at, text, subject, reason } = JSON.parse(data)
    const line = document.createElement('li')
    const what = text ?? (words[type] ? (subject?.name ?? 'an unknown person') + ' ' + words[type] : type + (reason ? ': ' + reason : ''))
    line.textContent = new Date(at).toLocaleTimeString() + '  ' + camera + '  ' + what
    list.prepend(line)
    while (list.children.length > 50) list.lastChild.remove()
  }
</script>
</html>
`)
}

const escaped = (text: string) =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
