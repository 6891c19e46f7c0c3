import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { AgnizeError } from '../base/errors.js'
import { currentWord } from '../base/renamed-words.js'
import { livenessModes } from '../liveness/liveness.js'
import { days, parseInterval, ruleActions, whoChoices } from './rules.js'
import type { CameraOptions } from './watch-options.js'

const name = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^/\p{Cc}]+$/u, 'a name without slashes and line breaks')
const eventTypes = z.array(
  z
    .string()
    .transform(currentWord)
    .pipe(z.enum(['came', 'recognized', 'went', 'greeting', 'attack', 'online', 'offline'])),
)
const filter = { events: eventTypes.optional(), alerts: z.boolean().optional() }
const images = z.boolean().optional()

const cameraSchema = z.union([
  z.string().min(1),
  z.strictObject({
    source: z.string().min(1),
    fps: z.number().positive().max(60).optional(),
    width: z.int().min(160).max(4096).optional(),
    hardware: z.string().min(1).optional(),
    rotate: z.union([z.literal(90), z.literal(180), z.literal(270)]).optional(),
  }),
])

const ruleSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  cameras: z.array(z.string()).optional(),
  who: z.enum(whoChoices).optional(),
  people: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  days: z.array(z.enum(days)).optional(),
  between: z
    .string()
    .refine((text) => parseInterval(text) !== undefined, 'two times such as 22:00-06:00')
    .optional(),
  do: z.string().transform(currentWord).pipe(z.enum(ruleActions)),
})

/** Schema of the configuration file of `agnize watch`. */
export const configurationSchema = z.strictObject({
  cameras: z.record(name, cameraSchema).optional(),
  /** Seconds without a sighting after which a visit ends. */
  away: z.number().positive().max(3600).optional(),
  /** Whether faces are told from pictures of faces. */
  liveness: z.enum(livenessModes).optional(),
  webhooks: z
    .array(
      z.strictObject({ url: z.string(), secret: z.string().min(1).optional(), images, ...filter }),
    )
    .optional(),
  mqtt: z
    .strictObject({
      url: z.string(),
      username: z.string().optional(),
      password: z.string().optional(),
      topic: z.string().min(1).optional(),
      discovery: z.union([z.string().min(1), z.literal(false)]).optional(),
      images,
      ...filter,
    })
    .optional(),
  commands: z.array(z.strictObject({ run: z.string().min(1), images, ...filter })).optional(),
  rules: z.array(ruleSchema).optional(),
})

/** Configuration of `agnize watch`, as read from a file. */
export interface WatchConfiguration extends Omit<z.infer<typeof configurationSchema>, 'cameras'> {
  readonly cameras: readonly CameraOptions[]
}

/**
 * Reads a configuration file: cameras, rules and outputs, in YAML or JSON (a subset of YAML). `${NAME}` is replaced by that
 * environment variable, so that secrets can stay out of the file.
 *
 * @throws AgnizeError `bad-argument` for an invalid file, with the path of the offending field.
 */
export async function readConfiguration(path: string): Promise<WatchConfiguration> {
  const invalid = (why: string, cause?: unknown) =>
    new AgnizeError('bad-argument', `${path} is invalid: ${why}.`, { cause })
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new AgnizeError('bad-argument', `${path} cannot be read: check the path.`, { cause })
  })
  const { parse } = await import('yaml')
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    throw invalid((error as Error).message.split('\n')[0]!.replace(/[:.]$/, ''), error)
  }
  const checked = configurationSchema.safeParse(expandVariables(value, invalid))
  if (!checked.success) {
    const { path: place, message } = checked.error.issues[0]!
    throw invalid(`${place.length > 0 ? `${place.join('.')}: ` : ''}${message}`)
  }
  const { cameras = {}, ...rest } = checked.data
  return {
    ...rest,
    cameras: Object.entries(cameras).map(([camera, given]) => ({
      camera,
      ...(typeof given === 'string' ? { source: given } : given),
    })),
  }
}

/** Replaces `${NAME}` in every string of a value. */
function expandVariables(value: unknown, invalid: (why: string) => AgnizeError): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
      const known = process.env[variable]
      if (known === undefined) throw invalid(`the variable ${variable} is not set`)
      return known
    })
  }
  if (Array.isArray(value)) return value.map((each) => expandVariables(each, invalid))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, expandVariables(each, invalid)]),
  )
}
