import { openApi } from './openapi.js'
import { statusOf } from './problem.js'

interface BodySchema {
  readonly properties?: Readonly<Record<string, unknown>>
}

interface Documented {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly required: boolean
    readonly description?: string
  }[]
  readonly requestBody?: {
    readonly description: string
    readonly content: Readonly<Record<string, { readonly schema: BodySchema }>>
  }
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: object }>
  >
}

/** The API documentation as one page without scripts, generated from the OpenAPI document. */
export function docsPage(): {
  /** The page, for a URL from which `up` leads to the root, such as `./`. */
  readonly html: (up: string) => string
  readonly css: string
} {
  const document = openApi() as {
    info: { description: string; version: string }
    paths: Record<string, Record<string, Documented & { tags: string[] }>>
  }
  const byTag = new Map<string, string[]>()
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [tag = ''] = operation.tags
      byTag.set(tag, [...(byTag.get(tag) ?? []), section(path, method, operation)])
    }
  }
  const tags = [...byTag.keys()]
  const html = (up: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>agnize ${escaped(document.info.version)}: the API</title>
<link rel="stylesheet" href="${up}docs.css">
</head>
<body>
<header>
<h1>The API of agnize</h1>
<p>${inline(document.info.description)} The same for programs: <a href="${up}v1/openapi.json">openapi.json</a>.</p>
<nav aria-label="Parts">${tags.map((tag) => `<a href="#${tag}">${tag}</a>`).join(' ')} <a href="#errors">Errors</a></nav>
</header>
<main>
${[...byTag].map(([tag, sections]) => `<h2 id="${tag}">${tag}</h2>\n${sections.join('\n')}`).join('\n')}
<h2 id="errors">Errors</h2>
<table><thead><tr><th scope="col">code</th><th scope="col">status</th></tr></thead><tbody>
${Object.entries(statusOf)
  .map(([code, status]) => `<tr><td><code>${code}</code></td><td>${status}</td></tr>`)
  .join('\n')}
</tbody></table>
</main>
</body>
</html>
`
  return { html, css }
}

function section(path: string, method: string, operation: Documented): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation
  const rows = parameters.map(
    ({ name, in: place, required, description }) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td>${inline(description ?? '')}</td></tr>`,
  )
  const answers = Object.entries(responses).map(
    ([status, { description }]) => `<tr><td>${status}</td><td>${inline(description)}</td></tr>`,
  )
  return `<section id="${operationId}">
<h3><code><b>${method.toUpperCase()}</b> ${escaped(path)}</code></h3>
<p>${inline(summary)}</p>
<p>${description.split('\n\n').map(inline).join('</p><p>')}</p>
${rows.length > 0 ? table(['parameter', 'in', ''], rows) : ''}
${
  requestBody
    ? `<p>Body: ${Object.entries(requestBody.content).map(bodyType).join(', ')}. ${inline(requestBody.description)}</p>`
    : ''
}
${table(['status', 'answer'], answers)}
</section>`
}

/** HTML for one media type of a body, with the parts of a form or the fields of JSON. */
function bodyType([type, { schema }]: [string, { readonly schema: BodySchema }]): string {
  const parts = Object.keys(schema.properties ?? {}).map((name) => `<code>${escaped(name)}</code>`)
  return `<code>${escaped(type)}</code>${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`
}

const table = (head: readonly string[], rows: readonly string[]) =>
  `<table><thead><tr>${head.map((cell) => `<th scope="col">${cell || 'meaning'}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** Text as HTML, with backticks as code. */
const inline = (text: string) => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

const css = `:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
section { margin: 2rem 0; }
h3 { font-weight: normal; font-size: 1rem; background: var(--soft); padding: .5rem; overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
td code { overflow-wrap: anywhere; }
nav a { margin-right: .75rem; }
`
