import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Prometheus metrics of a server. */
export class Metrics {
  readonly registry = new Registry()
  readonly #durations = new Histogram({
    name: 'agnize_request_duration_seconds',
    help: 'Seconds from the headers of a request to the end of its response.',
    labelNames: ['operation', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  })
  readonly #faces = new Counter({
    name: 'agnize_faces_total',
    help: 'Identified faces, by answer.',
    labelNames: ['answer'],
    registers: [this.registry],
  })
  readonly #refused = new Counter({
    name: 'agnize_refused_requests_total',
    help: 'Refused requests, by error code.',
    labelNames: ['code'],
    registers: [this.registry],
  })
  readonly #frames = new Counter({
    name: 'agnize_live_frames_total',
    help: 'Frames of live connections by outcome: processing, or dropped in favor of a newer frame.',
    labelNames: ['outcome'],
    registers: [this.registry],
  })

  readonly #attacks = new Counter({
    name: 'agnize_live_attacks_total',
    help: 'Pictures of faces that were held before the cameras of live connections.',
    registers: [this.registry],
  })

  readonly #unhandledRejections = new Counter({
    name: 'agnize_stray_rejections_total',
    help: 'Unhandled promise rejections, which are faults of the server.',
    registers: [this.registry],
  })

  constructor(now: {
    readonly inside: () => number
    readonly bytes: () => number
    readonly sockets: () => number
    readonly galleries: () => Promise<
      readonly { readonly name: string; readonly people: number; readonly templates: number }[]
    >
  }) {
    collectDefaultMetrics({ register: this.registry })
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(value())
        },
      })
    gauge(
      'agnize_photo_requests_in_flight',
      'Requests with photos in progress or waiting.',
      now.inside,
    )
    gauge('agnize_body_bytes', 'Bytes of request bodies in memory.', now.bytes)
    gauge('agnize_live_connections', 'Open live connections.', now.sockets)
    new Gauge({
      name: 'agnize_gallery_people',
      help: 'Subjects with templates, by gallery.',
      labelNames: ['gallery'],
      registers: [this.registry],
      async collect() {
        this.reset()
        for (const { name, people } of await now.galleries()) this.set({ gallery: name }, people)
      },
    })
  }

  answered(operation: string, status: number, seconds: number): void {
    this.#durations.observe({ operation, status: String(status) }, seconds)
  }

  identified(answers: readonly string[]): void {
    for (const answer of answers) this.#faces.inc({ answer })
  }

  countAttack(): void {
    this.#attacks.inc()
  }

  countUnhandledRejection(): void {
    this.#unhandledRejections.inc()
  }

  refused(code: string): void {
    this.#refused.inc({ code })
  }

  frame(outcome: 'processing' | 'dropped'): void {
    this.#frames.inc({ outcome })
  }
}
