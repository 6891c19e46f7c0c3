import { createHash } from 'node:crypto'
import { startGroup } from '../child.js'
import {
  type EventFilter,
  matchesFilter,
  type Output,
  PermanentRejection,
  type SentEvent,
} from './output.js'

/** A command that is run for each event. */
export interface CommandOptions extends EventFilter {
  /**
   * Command line, run by the shell. The event is passed in environment variables and on standard input, never in the command
   * line.
   */
  readonly run: string
  readonly images?: boolean | undefined
  /** Timeout in milliseconds, after which the command and its descendants are ended; default one minute. */
  readonly timeout?: number | undefined
}

/** Default timeout of a command, in milliseconds. Judgment. */
const defaultTimeoutMs = 60_000

/**
 * Runs a command for each event, with the event as JSON on standard input and its main fields in `AGNIZE_EVENT`, `AGNIZE_CAMERA`,
 * `AGNIZE_NAME`, `AGNIZE_TEXT` and `AGNIZE_ALERT`. A failed command is not retried.
 */
export class CommandOutput implements Output {
  readonly name: string
  readonly label: string
  readonly images: boolean
  readonly #options: CommandOptions

  constructor(options: CommandOptions) {
    this.#options = options
    this.images = options.images ?? false
    this.name = `command ${createHash('sha256').update(options.run).digest('hex').slice(0, 16)}`
    this.label = 'the command'
  }

  wants(event: Parameters<Output['wants']>[0]): boolean {
    return matchesFilter(this.#options, event)
  }

  async send({ event, body }: SentEvent): Promise<void> {
    const { type, camera, subject, subjects, text, alert } = event
    const names: { readonly name: string }[] = subject ? [subject] : (subjects ?? [])
    const { child, ended } = startGroup(this.#options.run, [], {
      shell: true,
      stdio: ['pipe', 'ignore', 'pipe'],
      milliseconds: this.#options.timeout ?? defaultTimeoutMs,
      env: {
        ...process.env,
        AGNIZE_EVENT: type,
        AGNIZE_CAMERA: camera,
        AGNIZE_NAME: names.map(({ name }) => name).join(', '),
        AGNIZE_TEXT: text ?? '',
        AGNIZE_ALERT: alert ? '1' : '',
      },
    })
    let stderrTail = ''
    child.stderr!.on('data', (chunk: Buffer) => (stderrTail = (stderrTail + chunk).slice(-500)))
    child.stdin!.end(`${body}\n`)
    const { code, timedOut } = await ended.catch((error: Error) => {
      throw new PermanentRejection(error.message)
    })
    if (timedOut) throw new PermanentRejection('it took too long and was stopped')
    if (code === 0) return
    const why = stderrTail.trim().split('\n').at(-1)
    throw new PermanentRejection(`it ended with ${code}${why ? `: ${why}` : ''}`)
  }

  async close(): Promise<void> {}
}
