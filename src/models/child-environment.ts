import { telemetryOff } from './telemetry.js'

/**
 * Variables of the environment that a child process gets: what the dynamic loader, temporary files, certificates and the
 * libraries' own switches need. Nothing else, since keys and passwords are among the rest.
 */
const passedOn =
  /^(PATH|LD_LIBRARY_PATH|LD_PRELOAD|DYLD_\w+|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|LANG|LC_\w+|TZ|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|ELECTRON_RUN_AS_NODE|VIPS_\w+|MALLOC_\w+|UV_THREADPOOL_SIZE|ORT_\w+)$/i

/** The environment of a process that runs networks or decodes photos. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(([name]) => passedOn.test(name))
  return { ...telemetryOff, ...Object.fromEntries(passed) }
}
