import { type DestinationStream, type Logger, pino } from 'pino'
import type { Settings } from './settings.js'

/**
 * The server's log: JSON Lines on standard output. What is logged of a request is its operation, gallery, key's id, status
 * and time: no address with a name or a key in it, no header that could hold a secret, no body.
 */
export function createLog(
  { logLevel }: Pick<Settings, 'logLevel'>,
  to?: DestinationStream,
): Logger {
  const options = {
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['*.key', '*.authorization', '*["x-api-key"]', '*.cookie', '*.password'],
      censor: '…',
    },
    serializers: {
      req: () => undefined,
      res: () => undefined,
      err: (error: Error & { code?: unknown }) => ({
        type: error.name,
        code: error.code,
        // Fastify's own errors name addresses; agnize's do not name people unless they were asked about.
        stack: error.stack?.split('\n').slice(1, 12).join('\n'),
        ...(error.cause instanceof Error && {
          cause: { type: error.cause.name, message: error.cause.message },
        }),
      }),
    },
  }
  return to ? pino(options, to) : pino(options)
}
