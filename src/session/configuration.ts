import { z } from 'zod'

const text = z.string().min(1)

/** The settings that commands take from a configuration file, with their meaning. */
export const commandSettings = {
  home: text.describe('folder of models and gallery'),
  store: text.describe('gallery file, or postgres://…'),
  gallery: text.describe('gallery in the store'),
  model: text.describe('embedding model'),
  detector: text.describe('detection model'),
  threads: z.int().min(0).describe('photos processed at the same time'),
  offline: z.boolean().describe('never use the network'),
  maxMegapixels: z.number().positive().describe('largest photo accepted'),
  maxMegabytes: z.number().positive().describe('largest file accepted'),
  maxSeconds: z.number().positive().describe('time limit for one photo'),
  device: z
    .union([text, z.record(z.string(), text)])
    .describe('what models run on: auto, cpu, webgpu, cuda, tensorrt, dml, coreml'),
  use: z
    .enum(['commercial', 'research'])
    .describe('what the models are used for; others are refused'),
  modelsMirror: z.url({ protocol: /^https?$/ }).describe('npm registry that models come from'),
} as const

/** One of {@link commandSettings}. */
export type CommandSetting = keyof typeof commandSettings

/** The names of all settings of commands. */
export const commandSettingNames = Object.keys(commandSettings) as CommandSetting[]
