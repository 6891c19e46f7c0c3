/**
 * Sends photos to a server for identification, in a separate process, and prints the results as JSON. Used by bench/server.ts
 * and scripts/soak.ts.
 *
 * tsx bench/server-load.ts URL KEY SECONDS closed CONNECTIONS: closed loop on this many connections, with autocannon.
 * tsx bench/server-load.ts URL KEY SECONDS open RATE: open loop, RATE requests per second at even intervals.
 * tsx bench/server-load.ts URL KEY SECONDS poisson RATE: open loop, RATE requests per second at random intervals.
 *
 * The paths of the photos are read from standard input.
 */
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'

const [url = '', key = '', seconds, kind, amount] = process.argv.slice(2)
const paths = (await text(process.stdin)).trim().split('\n')
const photos = await Promise.all(paths.map((path) => readFile(path)))
const target = `${url}/v1/galleries/default/identify?candidates=1`
const headers = { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' }
const latencies = new Map<number, number[]>()
let broken = 0

function record(status: number, milliseconds: number): void {
  const list = latencies.get(status)
  if (list) list.push(milliseconds)
  else latencies.set(status, [milliseconds])
}

const began = performance.now()
if (kind === 'closed') await closed(Number(amount))
else await open(Number(amount), kind === 'poisson')
const duration = (performance.now() - began) / 1000

async function closed(connections: number): Promise<void> {
  const requests = photos.map((body) => ({ method: 'POST' as const, body, headers }))
  const options = { url: target, connections, duration: Number(seconds), timeout: 60, requests }
  await new Promise<void>((done, fail) => {
    const instance = autocannon(options, (error, { errors }) => {
      broken += errors
      if (error) fail(error)
      else done()
    })
    instance.on('response', (_client, status, _bytes, milliseconds) => record(status, milliseconds))
  })
}

async function open(rate: number, random: boolean): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  const under: Promise<void>[] = []
  const start = performance.now()
  let due = start
  for (let i = 0; due < start + Number(seconds) * 1000; i++) {
    const wait = due - performance.now()
    if (wait > 0) await new Promise((done) => setTimeout(done, wait))
    under.push(ask(photos[i % photos.length]!, agent))
    due += (random ? -Math.log(1 - Math.random()) : 1) * (1000 / rate)
  }
  await Promise.all(under)
  agent.destroy()
}

function ask(body: Buffer, agent: Agent): Promise<void> {
  const start = performance.now()
  return new Promise((done) => {
    const sent = request(
      target,
      { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
      (response) => {
        // The time ends with the response's headers; the body is discarded.
        record(response.statusCode ?? 0, performance.now() - start)
        response.resume()
        response.on('close', () => done())
      },
    )
    sent.on('error', () => {
      broken++
      done()
    })
    sent.end(body)
  })
}

const byStatus = Object.fromEntries(
  [...latencies].map(([status, list]) => {
    const sorted = list.sort((a, b) => a - b)
    const at = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
    const [p50, p99, max] = [at(0.5), at(0.99), at(1)]
    return [status, { count: sorted.length, perSecond: sorted.length / duration, p50, p99, max }]
  }),
)
console.log(JSON.stringify({ byStatus, broken }))
process.exit(0)
