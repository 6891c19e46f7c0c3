/**
 * What keeps ONNX Runtime from writing a device id into the user's folders and from looking up its maker's host. It reads
 * this from the process's own environment when it is loaded, so this module is imported before it; in a worker thread,
 * whose `process.env` is a copy that native code does not see, that comes too late (`runtime.node.ts`).
 */
export const telemetryOff = { ORT_DISABLE_TELEMETRY: '1' } as const

for (const [name, value] of Object.entries(telemetryOff)) process.env[name] ??= value
