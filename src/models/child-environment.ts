import { telemetryOff } from './telemetry.js'

/**
 * Environment variables that are passed to a child process: those of the dynamic loader, temporary files, certificates, graphics
 * cards and the libraries' settings. No others, since they include keys and passwords.
 */
const inheritedVariables =
  /^(PATH|LD_LIBRARY_PATH|LD_PRELOAD|DYLD_\w+|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|LANG|LC_\w+|TZ|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|ELECTRON_RUN_AS_NODE|VIPS_\w+|MALLOC_\w+|VK_\w+|CUDA_\w+|NVIDIA_\w+|MESA_\w+|DRI_PRIME|XDG_RUNTIME_DIR|UV_THREADPOOL_SIZE|ORT_\w+|AGNIZE_ONNX_RUNTIME)$/i

/** The environment of a process that runs networks or decodes photos. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => inheritedVariables.test(name))
  return { ...telemetryOff, ...Object.fromEntries(inherited) }
}
