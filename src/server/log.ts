import { type DestinationStream, type Logger, pino } from 'pino'
import type { Settings } from './settings.js'

/**
 * The server's log: JSON Lines on standard output. An entry of a request has its operation, gallery, key id, status and
 * time: no URL, which may contain a name or a key, no header, which may contain a secret, and no body.
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
        ...traceOf(error),
        ...(error.cause instanceof Error && {
          cause: { ...traceOf(error.cause), message: error.cause.message },
        }),
      }),
    },
  }
  return to ? pino(options, to) : pino(options)
}

/** An error without its message: those of Fastify contain URLs. */
const traceOf = (error: Error & { code?: unknown }) => ({
  type: error.name,
  code: error.code,
  stack: error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 11)
    .join('\n'),
})
