/**
 * Environment variables that keep ONNX Runtime from writing a device id into the user's folders and from looking up its
 * vendor's host. ONNX Runtime reads them from the process environment when it is loaded, so this module is imported first; in
 * a worker thread they have no effect, since its `process.env` is a copy that native code does not see (`runtime.node.ts`).
 */
export const telemetryOff = { ORT_DISABLE_TELEMETRY: '1' } as const

for (const [name, value] of Object.entries(telemetryOff)) process.env[name] ??= value
