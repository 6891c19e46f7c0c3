import { curveColors, genuineColor, impostorColor } from './chart-colors.js'

/** Renders a self-contained HTML page, for screen and print, in the light or dark theme of its reader, without scripts. */
export function page(title: string, parts: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 66rem; margin: 2rem auto; padding: 0 1rem; color: CanvasText; background: Canvas }
h1 { font-size: 1.6rem } h2 { font-size: 1.25rem; margin: 2.2rem 0 .3rem } h3 { font-size: 1.05rem; margin: 1.2rem 0 .3rem } p { margin: .3rem 0 }
table { border-collapse: collapse; margin: .5rem 0 } th { text-align: left; font-weight: 500 }
td, th { padding: .15rem 1.5rem .15rem 0; vertical-align: top } thead th { border-bottom: 1px solid color-mix(in srgb, CanvasText 30%, Canvas) }
.summary td { font-weight: 600 } .small { font-size: .85rem; opacity: .75 }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 0 2rem }
figure { margin: 0; break-inside: avoid } figcaption { font-size: .85rem } svg { max-width: 100%; height: auto; color: CanvasText }
.genuine { color: ${genuineColor} } .impostor { color: ${impostorColor} }
${curveColors(6)
  .map((color, i) => `.curve${i} { color: ${color} }`)
  .join(' ')}
.pairs { display: flex; flex-wrap: wrap; gap: 1.2rem } .pair { width: 15rem } .pair img { border-radius: 6px; margin-right: 4px }
.face { display: inline-block; width: 112px; height: 112px; overflow: hidden; border-radius: 6px; margin-right: 4px; vertical-align: top }
.face img { width: 100%; height: 100%; transform: scale(1.7) }
.noface { display: inline-block; width: 112px; height: 112px; border: 1px dashed; border-radius: 6px; font-size: .8rem; text-align: center; line-height: 112px; opacity: .5; margin-right: 4px; vertical-align: top }
td img { border-radius: 6px; margin-right: 4px; vertical-align: middle }
@media (max-width: 30rem) { .charts { grid-template-columns: 1fr } }
@media print { body { max-width: none; margin: 0 } h2, h3 { break-after: avoid } }
</style>
</head>
<body>
${parts.filter(Boolean).join('\n')}
</body>
</html>
`
}

/** Renders a table of strings. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')
  return `<table><thead><tr>${cells('th scope="col"', head).replaceAll('</th scope="col">', '</th>')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')}
</tbody></table>`
}

/** Escapes text for HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
