import { createHash, createHmac } from 'node:crypto'
import { AgnizeError } from '../../base/errors.js'
import { sendRequest } from '../../base/http-request.js'
import { withoutPassword } from '../source.js'
import {
  type EventFilter,
  matchesFilter,
  type Output,
  PermanentRejection,
  type SentEvent,
} from './output.js'

/** A webhook receiver. */
export interface WebhookOptions extends EventFilter {
  readonly url: string
  /** Secret that requests are signed with: `whsec_` and base64, or any text. Null to send unsigned requests. */
  readonly secret: string | null
  readonly images?: boolean | undefined
}

/** Request timeout, in milliseconds. Judgment. */
const timeoutMs = 15_000
/** Status codes of a permanent rejection: the event is not retried. */
const permanentStatuses = new Set([400, 405, 410, 413, 415, 422])

/**
 * Posts each event as JSON, signed as Standard Webhooks specifies (standardwebhooks.com; libraries verify it in most languages):
 * headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, the latter `v1,` and the base64 HMAC-SHA-256 of id,
 * timestamp and body, joined by dots.
 */
export class Webhook implements Output {
  readonly name: string
  readonly label: string
  readonly images: boolean
  readonly #options: WebhookOptions
  readonly #key: Buffer | null

  /** @throws AgnizeError `bad-argument` for an invalid URL. */
  constructor(options: WebhookOptions) {
    const { url, secret, images = false } = options
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      throw new AgnizeError(
        'bad-argument',
        `The address of a webhook begins with http:// or https://.`,
      )
    }
    this.#options = options
    this.#key = secret === null ? null : keyOf(secret)
    this.images = images
    this.name = `webhook ${createHash('sha256').update(url).digest('hex').slice(0, 16)}`
    this.label = `the webhook ${withoutPassword(url).replace(/[?#].*$/, '')}`
  }

  wants(event: Parameters<Output['wants']>[0]): boolean {
    return matchesFilter(this.#options, event)
  }

  async send({ id, body }: SentEvent): Promise<void> {
    const timestamp = String(Math.floor(Date.now() / 1000))
    const response = await sendRequest(new URL(this.#options.url), {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        ...(this.#key && {
          'webhook-signature': `v1,${createHmac('sha256', this.#key)
            .update(`${id}.${timestamp}.${body}`)
            .digest('base64')}`,
        }),
      },
      timeout: timeoutMs,
    })
    // An unread body would keep the connection busy.
    response.on('error', () => {}).resume()
    const status = response.statusCode!
    if (status >= 200 && status < 300) return
    const message = `it answers ${status}`
    throw permanentStatuses.has(status) ? new PermanentRejection(message) : new Error(message)
  }

  async close(): Promise<void> {}
}

/** Key bytes of a secret: `whsec_` base64 as in Standard Webhooks, otherwise the text itself. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret)
}
