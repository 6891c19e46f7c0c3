import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute } from 'node:path'
import type { DiagnosticCheck } from '../application/diagnostics/check.js'
import { counted } from '../base/counted.js'
import type { ServerContext } from './context.js'
import { isLoopback } from './loopback.js'
import type { Settings } from './settings.js'

const day = 86_400_000

/** A certificate that expires within so many days needs care. Judgment: most are renewed 30 days before. */
const careDays = 14

/** What only a running server knows: its workers, its queue and its certificate. */
export async function checkServer(server: ServerContext): Promise<DiagnosticCheck[]> {
  return [checkWorkers(server), await checkCertificate(server)]
}

function checkWorkers({ settings, admission, live }: ServerContext): DiagnosticCheck {
  const { threads, queue } = settings
  const { active, isFull } = admission
  const facts = { workers: threads, photos: active, queue, connections: live.count }
  return {
    name: 'workers',
    state: isFull ? 'warning' : 'ok',
    code: isFull ? 'queue-full' : 'workers',
    facts,
    detail: isFull
      ? `the queue is full, and requests are refused: send fewer photos at a time, or raise --threads or --queue (${active} photos for ${counted(threads, 'worker')})`
      : `${counted(threads, 'worker')}, ${counted(active, 'photo')} in process or waiting (at most ${threads + queue}), ${counted(live.count, 'live connection')}`,
  }
}

async function checkCertificate({
  settings,
  tls,
}: Pick<ServerContext, 'settings' | 'tls'>): Promise<DiagnosticCheck> {
  const name = 'tls'
  const pem = await certificateOf({ settings, tls })
  if (pem === null) return withoutCertificate(settings)
  let until: number
  try {
    until = Date.parse(new X509Certificate(pem).validTo)
  } catch {
    return {
      name,
      state: 'wrong',
      code: 'tls-unreadable',
      facts: {},
      detail: 'the file of the certificate (--tls-cert) cannot be read any more: restore it.',
    }
  }
  const days = Math.floor((until - Date.now()) / day)
  const facts = { until: new Date(until).toISOString(), days }
  const on = facts.until.slice(0, 10)
  const renew = tls
    ? 'restart the server, and look for "certificate renewed" in its log'
    : 'replace the files of --tls-cert and --tls-key, and restart the server'
  if (days < 0) {
    return {
      ...{ name, facts, state: 'wrong', code: 'tls-ended' },
      detail: `the certificate ended on ${on}, and browsers refuse the server: ${renew}.`,
    }
  }
  if (days < careDays) {
    return {
      ...{ name, facts, state: 'warning', code: 'tls-ending' },
      detail: `the certificate ends on ${on}, in ${counted(days, 'day')}: ${renew}.`,
    }
  }
  return {
    ...{ name, facts, state: 'ok', code: 'tls' },
    detail: `the certificate is good until ${on}`,
  }
}

/** The certificate of a server; null for one without. */
async function certificateOf({
  settings,
  tls,
}: Pick<ServerContext, 'settings' | 'tls'>): Promise<string | null> {
  if (tls) return tls.current.cert
  if (settings.tlsCert === undefined) return null
  return readFile(settings.tlsCert, 'utf8').catch(() => '')
}

function withoutCertificate({ host, trustProxy }: Settings): DiagnosticCheck {
  const isOpen = !isLoopback(host) && trustProxy.length === 0
  return {
    name: 'tls',
    state: isOpen ? 'warning' : 'ok',
    code: isOpen ? 'tls-open' : 'tls-none',
    facts: {},
    detail: isOpen
      ? 'other machines reach this server without encryption, so that keys, passwords and photos can be read on the way: start it with --tls auto, or put it behind a proxy that speaks HTTPS.'
      : 'this server speaks HTTP, and only this machine or a proxy reaches it',
  }
}

/** A finding in words without the paths and addresses of this machine, which a browser need not know. */
export function withoutPlaces(
  text: string,
  { home, store }: Pick<Settings, 'home' | 'store'>,
): string {
  // Known places first, which may contain spaces.
  const known: [place: string, word: string][] = [
    [store, '(store)'],
    [home, '(home)'],
  ]
  if (isAbsolute(store)) known.push([dirname(store), '(folder of the store)'])
  return known
    .sort(([a], [b]) => b.length - a.length)
    .reduce((cut, [place, word]) => cut.replaceAll(place, word), text)
    .replaceAll(/\w+:\/\/[^\s"',;()]+/g, '(address)')
    .replaceAll(/(^|[\s"'(=])(?:[A-Za-z]:\\|\/)[^\s"',;:()]*/g, '$1(path)')
}
