import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import encodeQr from 'qr'
import { wayUp } from '../console.js'
import type { OwnTls } from './own-tls.js'
import { trustTexts } from './trust-texts.js'

/** Where the page is that hands out the authority's certificate. */
export const trustPath = '/trust'

/** What is handed out beside that page, on the same path. */
export const trustFiles = ['/style.css', '/code.svg', '/authority.crt', '/download.crt'] as const

/** The ports under which a server is reached. */
export interface TrustPorts {
  /** That of the console, over HTTPS. */
  readonly secure: number
  /** That of the page without encryption, for those who do not trust the authority yet. */
  readonly plain: number
}

/** An answer to a request for the page or one of its files. */
export interface TrustAnswer {
  readonly type: string
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** The page that hands out the authority's certificate, or one of its files; undefined for other URLs. */
export function trustAnswer(
  tls: OwnTls,
  ports: TrustPorts,
  url: string,
  headers: IncomingHttpHeaders,
): TrustAnswer | undefined {
  const path = url.split('?')[0]!.replace(/\/$/, '')
  switch (path) {
    case trustPath:
      return { type: 'text/html; charset=utf-8', body: page(tls, ports, url, headers) }
    case `${trustPath}/style.css`:
      return { type: 'text/css; charset=utf-8', body: css }
    case `${trustPath}/code.svg`: {
      const address = trustUrl(tls, ports)
      return address ? { type: 'image/svg+xml', body: encodeQr(address, 'svg') } : undefined
    }
    // iOS takes it as a profile.
    case `${trustPath}/authority.crt`:
      return { type: 'application/x-x509-ca-cert', body: tls.authority.raw }
    // Android refuses to open an authority from a browser, and its settings want a file.
    case `${trustPath}/download.crt`:
      return {
        type: 'application/octet-stream',
        body: tls.authority.raw,
        headers: { 'content-disposition': 'attachment; filename="agnize.crt"' },
      }
  }
  return undefined
}

/** Address of the page for phones in the same network; undefined where the server listens on this machine only. */
export function trustUrl(tls: OwnTls, { plain }: TrustPorts): string | undefined {
  const [name] = tls.names.filter(isReachable)
  return name && `http://${inUrl(name)}:${plain}${trustPath}`
}

/** Addresses of the console, those that phones use first. */
export function consoleUrls(tls: OwnTls, { secure }: TrustPorts): string[] {
  const names = tls.names.filter(isReachable)
  return (names.length > 0 ? names : tls.names).map((name) => `https://${inUrl(name)}:${secure}/`)
}

const isReachable = (name: string) => !['localhost', '127.0.0.1', '::1'].includes(name)

const inUrl = (name: string) => (isIP(name) === 6 ? `[${name}]` : name)

function page(tls: OwnTls, ports: TrustPorts, url: string, headers: IncomingHttpHeaders): string {
  const { lang, texts } = trustTexts(headers['accept-language'])
  const agent = headers['user-agent'] ?? ''
  const at = `${wayUp(url)}trust`
  const systems = texts.systems.map(
    ({ name, agent: runs, steps }) => `<details name="system"${runs.test(agent) ? ' open' : ''}>
<summary>${name}</summary>
<ol>${steps.map((step) => `<li>${step}</li>`).join('')}</ol>
</details>`,
  )
  const scan = trustUrl(tls, ports)
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${texts.title} · agnize</title>
<link rel="stylesheet" href="${at}/style.css">
</head>
<body>
<main>
<h1>${texts.title}</h1>
<p>${texts.introduction}</p>
<p>${texts.limits}</p>
<h2>${texts.fingerprint}</h2>
<p class="fingerprint"><code>${tls.authority.fingerprint256.replaceAll(':', ':<wbr>')}</code></p>
<p>${texts.compare}</p>
<p class="actions"><a class="button" href="${at}/authority.crt">${texts.forPhone}</a>
<a class="button" href="${at}/download.crt">${texts.forFile}</a></p>
${systems.join('\n')}
<p>${texts.next}</p>
<ul>${consoleUrls(tls, ports)
    .map((address) => `<li><a href="${address}">${address}</a></li>`)
    .join('')}</ul>
${scan ? `<p>${texts.scan}<br><a href="${scan}">${scan}</a></p>\n<p><img src="${at}/code.svg" alt="${scan}" width="200" height="200"></p>` : ''}
<p class="small">${texts.remove}</p>
</main>
</body>
</html>
`
}

const css = `:root { color-scheme: light dark; --text: #16201f; --soft: #4b5a58; --page: #f6f8f7; --panel: #fff; --line: #c9d3d1; --accent: #0b7a75; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --text: #e8efed; --soft: #a9b8b5; --page: #101615; --panel: #18211f; --line: #35433f; --accent: #4fc3b8; --on-accent: #06201e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.05rem; margin-bottom: 0; }
a { color: var(--accent); }
.fingerprint { margin-top: 0.25rem; padding: 0.75rem; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
.fingerprint code { font: 0.95rem/1.6 ui-monospace, monospace; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; }
.button { display: inline-block; min-height: 44px; padding: 0.6rem 1rem; border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
.button:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
details { padding: 0 0.75rem; margin-bottom: 0.5rem; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
summary { padding: 0.7rem 0; min-height: 44px; font-weight: 600; cursor: pointer; }
ol, ul { padding-left: 1.3rem; overflow-wrap: anywhere; }
li { margin-bottom: 0.5rem; }
img { background: #fff; padding: 8px; border-radius: 8px; }
.small { color: var(--soft); font-size: 0.9rem; }
`
