/**
 * Writes agnize's public surface into api/, generated from the code: the exports of each entry point, the operations of the
 * server, metrics, topics, settings, the lines of archives, the tables. With --check it writes nothing, prints the differences
 * and fails if there are any.
 */
import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { sql } from 'kysely'
import { z } from 'zod'
import { lineSchema } from '../dist/gallery/archive/portable.js'
import { rowSchemas } from '../dist/gallery/sql/dump-rows.js'
import { sqliteMigrations } from '../dist/gallery/sql/migrations/list.js'
import { SqliteDatabase } from '../dist/gallery/sql/sqlite.js'
import { Metrics } from '../dist/server/metrics.js'
import { openApi } from '../dist/server/openapi.js'
import { flagOf, settingHelp, settingNames, variableOf } from '../dist/server/settings.js'
import { configurationSchema } from '../dist/watch/configuration.js'
import { discoveryOf } from '../dist/watch/outputs/home-assistant.js'
import { statusTopic, topicsOf } from '../dist/watch/outputs/mqtt.js'

const committed = resolve('api')
const entries = JSON.parse(await readFile('package.json', 'utf8')).exports as Record<
  string,
  string | { readonly types: string }
>

/** A page of the report with its title and lines. */
const page = (title: string, lines: readonly string[]) =>
  `# ${title}\n\nMade by \`npm run api:write\`: not to be edited.\n\n${lines.join('\n')}\n`

/** The exported declarations of an entry point, without comments. */
async function entryReport(types: string, name: string, folder: string): Promise<void> {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: process.cwd(),
      mainEntryPointFilePath: resolve(types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            types: ['node'],
            strict: true,
            skipLibCheck: true,
          },
          files: [resolve(types)],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder: folder,
        reportTempFolder: join(folder, 'temporary'),
        reportFileName: name,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning },
        },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: resolve('package.json'),
  })
  const hidden: string[] = []
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true
      if (message.messageId === 'ae-forgotten-export') hidden.push(message.text)
    },
  })
  const main = await readFile(join(folder, 'agnize.api.md'), 'utf8')
  const unknown = hidden.filter((text) => {
    const [, symbol] = /"(\w+)"/.exec(text)!
    return name === 'agnize' || !new RegExp(`^export \\w+ ${symbol}\\b`, 'm').test(main)
  })
  if (unknown.length > 0) throw new Error(`${types}: ${unknown.join('\n')}`)
  await rm(join(folder, 'temporary'), { recursive: true, force: true })
  const path = join(folder, `${name}.api.md`)
  const report = (await readFile(path, 'utf8'))
    // src/client/schema.ts already documents these.
    .replaceAll(
      /^\/\/ @public[^\n]*\nexport interface (?:components|operations|paths) \{\n.*?^\}\n\n?/gms,
      '',
    )
    .replaceAll(/\n? *\/\/ \(undocumented\)/g, '')
  await writeFile(path, report)
}

type JsonSchema = z.core.JSONSchema.JSONSchema

/** The fields of a JSON Schema with their types, one per line. */
function fields(schema: JsonSchema, at = ''): string[] {
  const lines: string[] = []
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const path = at ? `${at}.${name}` : name
    const optional = schema.required?.includes(name) ? '' : '?'
    lines.push(`- \`${path}${optional}\`: ${typeOf(field as JsonSchema)}`)
    lines.push(...inside(field as JsonSchema, path))
  }
  return lines
}

function inside(field: JsonSchema, path: string): string[] {
  if (field.properties) return fields(field, path)
  if (field.items) return inside(field.items as JsonSchema, `${path}[]`)
  if (typeof field.additionalProperties === 'object')
    return inside(field.additionalProperties as JsonSchema, `${path}.NAME`)
  return [
    ...new Set(
      (field.anyOf ?? field.oneOf ?? []).flatMap((one) => inside(one as JsonSchema, path)),
    ),
  ]
}

function typeOf(schema: JsonSchema): string {
  if (schema.$ref) return basename(schema.$ref)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map((one) => typeOf(one as JsonSchema)))].join(' | ')
  if (schema.type === 'array') return `list of ${typeOf((schema.items ?? {}) as JsonSchema)}`
  return Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'anything')
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly deprecated?: boolean
  readonly schema: JsonSchema
}
interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>>
}
interface Operation {
  readonly operationId: string
  readonly deprecated?: boolean
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Body
  readonly responses: Readonly<Record<string, Body>>
}

const marked = (deprecated: boolean | undefined) => (deprecated ? ', deprecated' : '')

/** Operations with parameters, bodies and responses, followed by the fields of the schemas. */
function http(): string {
  const { paths, components } = openApi() as {
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, JsonSchema & { deprecated?: boolean }> }
  }
  const bodies = ({ content = {} }: Body) =>
    Object.entries(content)
      .map(([type, { schema }]) => `${type}${schema ? ` ${typeOf(schema)}` : ''}`)
      .join(' | ')
  const answers = (responses: Operation['responses']) => {
    const statuses = new Map<string, string[]>()
    for (const [status, body] of Object.entries(responses)) {
      const answer = bodies(body)
      statuses.set(answer, [...(statuses.get(answer) ?? []), status])
    }
    return [...statuses].map(([answer, codes]) => `- ${codes.join(', ')}: ${answer || 'nothing'}`)
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId, deprecated, ...operation }]) => [
      `### ${method.toUpperCase()} ${path}`,
      '',
      `- operation ${operationId}${marked(deprecated)}`,
      ...(operation.parameters ?? [])
        .filter((parameter) => parameter.in !== 'path')
        .map(
          ({ name, required, deprecated, schema, ...parameter }) =>
            `- ${parameter.in} \`${name}${required ? '' : '?'}\`: ${typeOf(schema)}${marked(deprecated)}`,
        ),
      ...(operation.requestBody ? [`- takes ${bodies(operation.requestBody)}`] : []),
      ...answers(operation.responses),
      '',
    ]),
  )
  const schemas = Object.entries(components.schemas).flatMap(([name, schema]) => [
    `### ${name}${marked(schema.deprecated)}`,
    '',
    ...(schema.properties ? fields(schema) : [`- ${typeOf(schema)}`]),
    '',
  ])
  return page(
    'HTTP API',
    ['## Operations', '', ...operations, '## Schemas', '', ...schemas].slice(0, -1),
  )
}

async function metrics(): Promise<string> {
  const none = () => 0
  const { registry } = new Metrics({
    ...{ inside: none, bytes: none, sockets: none },
    galleries: async () => [{ name: 'default', people: 0, templates: 0 }],
  })
  const lines = registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith('agnize_'))
    .map((metric) => {
      const { name, labelNames = [] } = metric as typeof metric & { labelNames?: string[] }
      return `- \`${name}\`${labelNames.length > 0 ? `: ${labelNames.join(', ')}` : ''}`
    })
  return page('Metrics and their labels', lines.sort())
}

function mqtt(): string {
  const topics = topicsOf('agnize', 'camera')
  const id = { id: 'camera', prefix: 'homeassistant', status: statusTopic('agnize'), images: true }
  return page('MQTT topics', [
    `- \`${statusTopic('agnize')}\``,
    ...Object.values(topics).map((topic) => `- \`${topic}\``),
    ...discoveryOf('camera', topics, id).map(({ topic }) => `- \`${topic}\``),
  ])
}

const jsonSchema = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema

function configuration(): string {
  return page('Configuration', [
    '## agnize serve: setting, flag, variable',
    '',
    ...settingNames.map(
      (name) =>
        `- \`${name}\`, \`--${flagOf(name)}\`, \`${variableOf(name)}\`: ${settingHelp(name)}`,
    ),
    '',
    '## agnize watch: the file',
    '',
    ...fields(jsonSchema(configurationSchema)),
  ])
}

function archives(): string {
  const exported = jsonSchema(lineSchema)
  return page('Lines of archives', [
    '## Export',
    '',
    ...(exported.oneOf ?? exported.anyOf ?? []).flatMap((line) => {
      const { type } = (line as JsonSchema).properties as { type: { const: string } }
      return [`### ${type.const}`, '', ...fields(line as JsonSchema), '']
    }),
    '## Backup',
    '',
    'A line `agnize backup`, then rows of these tables, whose columns are those of [sql.md](sql.md):',
    '',
    ...Object.keys(rowSchemas).map((table) => `- \`${table}\``),
    '',
    'Both end with a line `end`: lines, sha256, signature.',
  ])
}

async function tables(): Promise<string> {
  const { kysely } = await SqliteDatabase.open(':memory:')
  const { rows } = await sql<{ table: string; column: string; type: string; required: number }>`
    select t.name as "table", c.name as "column", c.type as type, c."notnull" as required
    from sqlite_master t, pragma_table_info(t.name) c
    where t.type = 'table' and t.name not like 'sqlite_%' order by t.name, c.cid`.execute(kysely)
  await kysely.destroy()
  const names = [...new Set(rows.map(({ table }) => table))]
  return page('SQL schema', [
    '## Migrations',
    '',
    ...Object.keys(sqliteMigrations).map((name) => `- ${name}`),
    '',
    ...names.flatMap((name, i) => [
      `## ${name}`,
      '',
      ...rows
        .filter(({ table }) => table === name)
        .map(
          ({ column, type, required }) =>
            `- \`${column}\` ${type.toLowerCase()}${required ? '' : ', null'}`,
        ),
      ...(i < names.length - 1 ? [''] : []),
    ]),
  ])
}

const made = await mkdtemp(join(tmpdir(), 'agnize-api-'))
try {
  for (const [entry, target] of Object.entries(entries)) {
    if (typeof target === 'string') continue
    await entryReport(target.types, `agnize${entry.slice(1).replace('/', '-')}`, made)
  }
  await writeFile(join(made, 'http.md'), http())
  await writeFile(join(made, 'metrics.md'), await metrics())
  await writeFile(join(made, 'mqtt.md'), mqtt())
  await writeFile(join(made, 'configuration.md'), configuration())
  await writeFile(join(made, 'archives.md'), archives())
  await writeFile(join(made, 'sql.md'), await tables())
  if (process.argv.includes('--check')) {
    const { status } = spawnSync('git', ['diff', '--no-index', '--', committed, made], {
      stdio: 'inherit',
    })
    if (status !== 0) {
      console.error('\nThe public API differs from api/: run "npm run api:write" and commit it.')
      process.exitCode = 1
    }
  } else {
    await rm(committed, { recursive: true, force: true })
    await mkdir(committed)
    for (const name of await readdir(made)) await cp(join(made, name), join(committed, name))
  }
} finally {
  await rm(made, { recursive: true, force: true })
}
