import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { lacks } from '../requirements.js'

const run = promisify(execFile)
const read = (file: string) => readFileSync(resolve('deploy', file), 'utf8')

function schemas(file: string): { ajv: Ajv; schema: Record<string, unknown> } {
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  // Compose's own durations.
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/)
  const { $schema: _, ...schema } = JSON.parse(read(`schemas/${file}`))
  return { ajv, schema }
}

test('the compose file matches the Compose Specification', () => {
  const { ajv, schema } = schemas('compose.json')
  const validate = ajv.compile(schema)
  const compose = parse(read('compose.yaml'), { merge: true })
  validate(compose)
  expect(validate.errors).toBeNull()
  expect(validate({ ...compose, services: { agnize: { imagee: 'agnize' } } })).toBe(false)
})

const kubernetesTypes: Record<string, string> = {
  'v1 Service': 'io.k8s.api.core.v1.Service',
  'apps/v1 StatefulSet': 'io.k8s.api.apps.v1.StatefulSet',
}

test('the Kubernetes manifests match the definitions of Kubernetes', () => {
  const { ajv, schema } = schemas('kubernetes.json')
  const documents = parseAllDocuments(read('kubernetes.yaml')).map((document) => document.toJS())
  expect(documents.map(({ kind }) => kind)).toEqual(['Service', 'StatefulSet'])
  for (const document of documents) {
    const type = kubernetesTypes[`${document.apiVersion} ${document.kind}`]!
    const validate = ajv.compile({ ...schema, $ref: `#/$defs/${type}` })
    validate(document)
    expect(validate.errors).toBeNull()
    expect(validate({ ...document, spec: { ...document.spec, replica: 1 } })).toBe(false)
  }
})

test('the manifests run the image as the Dockerfile builds it', () => {
  const [, set] = parseAllDocuments(read('kubernetes.yaml')).map((document) => document.toJS())
  const [container] = set.spec.template.spec.containers
  const dockerfile = read('Dockerfile')
  expect(dockerfile).toContain(`AGNIZE_PORT=${container.ports[0].containerPort}`)
  expect(dockerfile).toContain(`VOLUME ${container.volumeMounts[0].mountPath}`)
  expect(dockerfile).toContain(`--uid ${set.spec.template.spec.securityContext.runAsUser} `)
})

test.skipIf(lacks('systemd')).each(['agnize', 'agnize-watch'])(
  '%s.service is valid',
  async (name) => {
    const { stderr } = await run('systemd-analyze', [
      'verify',
      resolve(`deploy/${name}.service`),
    ]).catch((error: { stderr: string }) => error)
    // Complaints without a line number concern the user and the program, which do not exist on this machine.
    expect(stderr.split('\n').filter((line) => /\.service:\d+/.test(line))).toEqual([])
  },
)
