import { createHash } from 'node:crypto'
import type { MqttClient } from 'mqtt'
import { AgnizeError } from '../../base/errors.js'
import { withoutPassword } from '../source.js'
import { type CameraTopics, discoveryOf } from './home-assistant.js'
import {
  type EventFilter,
  matchesFilter,
  type Output,
  type SentEvent,
  type WrittenEvent,
} from './output.js'

/** An MQTT broker and what is published to it. */
export interface MqttOptions extends EventFilter {
  /** URL of the broker: `mqtt://` or `mqtts://`, optionally with `USER:PASSWORD@`. */
  readonly url: string
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** Prefix of all topics; default `agnize`. */
  readonly topic?: string | undefined
  /** Home Assistant's discovery prefix; default `homeassistant`. False disables discovery. */
  readonly discovery?: string | false | undefined
  readonly images?: boolean | undefined
}

/** Who is present at a camera, derived from its events. */
interface CameraState {
  /** By visit: the subject's name, or null for a stranger. */
  readonly present: Map<string, string | null>
  last: string
}

/** A publish that is not acknowledged within this many milliseconds has failed. Judgment. */
const timeoutMs = 15_000

/**
 * Publishes events to an MQTT broker with quality of service 1, along with the retained presence of each camera, and announces
 * the cameras to Home Assistant.
 */
export class MqttOutput implements Output {
  readonly name: string
  readonly label: string
  readonly images: boolean
  readonly #options: MqttOptions
  readonly #cameras: readonly string[]
  readonly #prefix: string
  readonly #states = new Map<string, CameraState>()
  #client: Promise<MqttClient> | undefined

  /** @throws AgnizeError `bad-argument` for an invalid broker URL. */
  constructor(options: MqttOptions, cameras: readonly string[]) {
    const { url, topic = 'agnize', images = false } = options
    if (!/^(mqtts?|wss?):\/\//i.test(url) || !URL.canParse(url)) {
      throw new AgnizeError(
        'bad-argument',
        'The address of an MQTT broker begins with mqtt:// or mqtts://.',
      )
    }
    if (!/^[^#+\0]+$/.test(topic) || /[#+\0]/.test(String(options.discovery ?? ''))) {
      throw new AgnizeError('bad-argument', 'The MQTT topic cannot contain # or +.')
    }
    this.#options = options
    this.#cameras = cameras
    this.#prefix = topic.replace(/\/+$/, '')
    this.images = images
    this.name = `mqtt ${createHash('sha256').update(`${url} ${topic}`).digest('hex').slice(0, 16)}`
    this.label = `the broker ${withoutPassword(url)}`
  }

  /** Starts connecting, so that cameras are announced before the first event. */
  start(): void {
    this.#connected().catch(() => {})
  }

  /** Takes every event: presence is derived also from events that the filter keeps from being published. */
  wants(): boolean {
    return true
  }

  async send({ camera, event: written }: SentEvent): Promise<void> {
    const client = await this.#connected()
    if (!client.connected) throw new Error('not connected')
    const { image, ...event } = written
    const topics = topicsOf(this.#prefix, camera)
    if (matchesFilter(this.#options, event)) {
      // Home Assistant expects the field "event_type".
      const payload = JSON.stringify({ event_type: event.type, ...event })
      await withTimeout(
        client.publishAsync(topics.event, payload, { qos: 1 }),
        'it does not answer',
      )
    }
    this.#updateState(camera, event)
    await this.#publishState(client, camera)
    if (event.type === 'online' || event.type === 'offline') {
      await client.publishAsync(topics.available, event.type, { qos: 1, retain: true })
    }
    if (image) {
      const bytes = Buffer.from(image, 'base64')
      await client.publishAsync(topics.image, bytes, { qos: 1, retain: true })
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined)
    if (!client) return
    if (client.connected) {
      await withTimeout(
        client.publishAsync(statusTopic(this.#prefix), 'offline', { qos: 1, retain: true }),
      ).catch(() => {})
    }
    await withTimeout(client.endAsync(true)).catch(() => {})
  }

  #connected(): Promise<MqttClient> {
    this.#client ??= this.#connect()
    this.#client.catch(() => (this.#client = undefined))
    return this.#client
  }

  async #connect(): Promise<MqttClient> {
    const { connect } = await import('mqtt')
    const { url, username, password } = this.#options
    const client = connect(url, {
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      reconnectPeriod: 2000,
      connectTimeout: timeoutMs,
      // Last will: the broker publishes it if this process dies.
      will: {
        topic: statusTopic(this.#prefix),
        payload: Buffer.from('offline'),
        qos: 1,
        retain: true,
      },
    })
    // The client reconnects by itself; failed messages are reported by the outbox.
    client.on('error', () => {})
    client.on('connect', () => {
      this.#announce(client).catch(() => {})
    })
    const birth = this.#options.discovery === false ? null : `${this.#discovery}/status`
    client.on('message', (topic, payload) => {
      // Home Assistant has restarted.
      if (topic === birth && payload.toString() === 'online') {
        this.#announce(client).catch(() => {})
      }
    })
    if (birth) client.subscribe(birth, { qos: 1 }, () => {})
    await withTimeout(
      new Promise<void>((done) => client.once('connect', () => done())),
      'no connection',
    ).catch((error: unknown) => {
      client.end(true)
      throw error
    })
    return client
  }

  get #discovery(): string {
    return this.#options.discovery || 'homeassistant'
  }

  /** Announces the cameras and publishes that agnize is online. */
  async #announce(client: MqttClient): Promise<void> {
    const { images } = this
    for (const camera of this.#cameras) {
      const topics = topicsOf(this.#prefix, camera)
      if (this.#options.discovery !== false) {
        const messages = discoveryOf(camera, topics, {
          ...{
            prefix: this.#discovery,
            id: idOf(camera),
            status: statusTopic(this.#prefix),
            images,
          },
        })
        for (const { topic, payload } of messages) {
          await client.publishAsync(topic, JSON.stringify(payload), { qos: 1, retain: true })
        }
      }
      await this.#publishState(client, camera)
      if (!this.#states.has(camera)) {
        await client.publishAsync(topics.available, 'online', { qos: 1, retain: true })
      }
    }
    await client.publishAsync(statusTopic(this.#prefix), 'online', { qos: 1, retain: true })
  }

  #updateState(
    camera: string,
    { type, visit, subject }: Pick<WrittenEvent, 'type' | 'visit' | 'subject'>,
  ) {
    const state = this.#states.get(camera) ?? { present: new Map(), last: 'nobody' }
    this.#states.set(camera, state)
    if (!visit) return
    if (type === 'went') state.present.delete(visit)
    else {
      state.present.set(visit, subject?.name ?? null)
      state.last = subject?.name ?? 'unknown'
    }
  }

  async #publishState(client: MqttClient, camera: string): Promise<void> {
    const { present, last } = this.#states.get(camera) ?? { present: new Map(), last: 'nobody' }
    const names = [...present.values()]
    const state = {
      people: names.length,
      known: names.filter((name) => name !== null).sort(),
      unknown: names.filter((name) => name === null).length,
      last,
    }
    const { state: topic } = topicsOf(this.#prefix, camera)
    await client.publishAsync(topic, JSON.stringify(state), { qos: 1, retain: true })
  }
}

/** Topic with the status of the agnize process, `online` or `offline`; retained. */
export const statusTopic = (prefix: string): string => `${prefix}/status`

/** The topics of a camera. */
export function topicsOf(prefix: string, camera: string): CameraTopics {
  const own = `${prefix}/${idOf(camera)}`
  return {
    event: `${own}/event`,
    state: `${own}/state`,
    available: `${own}/available`,
    image: `${own}/image`,
  }
}

/** A camera's name in the characters that topics and Home Assistant ids allow; a hash keeps replaced names distinct. */
function idOf(camera: string): string {
  const plain = camera.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '_')
  if (plain === camera.toLowerCase()) return plain
  return `${plain}_${createHash('sha256').update(camera).digest('hex').slice(0, 6)}`
}

async function withTimeout<T>(work: Promise<T>, complaint = 'no answer'): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(complaint)), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
