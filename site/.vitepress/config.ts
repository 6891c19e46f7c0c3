import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { type DefaultTheme, defineConfig } from 'vitepress'
import { pages } from './sidebar.js'

const root = resolve(import.meta.dirname, '../..')
const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The sidebar that TypeDoc wrote with the API reference, by entry points of the package. */
const reference = (
  JSON.parse(
    readFileSync(join(root, 'site/reference/typedoc-sidebar.json'), 'utf8'),
  ) as DefaultTheme.SidebarItem[]
)
  .map((module) => ({
    ...module,
    text: module.text === 'index' ? 'agnize' : `agnize/${module.text}`,
  }))
  .sort((a, b) => a.text.localeCompare(b.text))

/** Files of the repository that pages link to and that are no pages themselves; the site serves them as they are. */
const linkedFiles = new Set<string>()

/** @throws Error if a page or a style sheet loads anything from another host; links may lead there. */
function refuseForeignHosts(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(html|css)$/.test(name)) continue
    const text = readFileSync(join(folder, name), 'utf8')
    const loads = name.endsWith('.css')
      ? /url\(["']?(?:https?:)?\/\/[^)]*/
      : /<(?:script|link|img|iframe|source)\b[^>]*\s(?:src|href)="(?:https?:)?\/\/[^"]*/
    const [foreign] = loads.exec(text) ?? []
    if (foreign) throw new Error(`${name} loads from another host: ${foreign}`)
  }
}

/** The site is made of the Markdown files of the repository, in their places, so that their links hold in both. */
export default defineConfig({
  title: 'agnize',
  description,
  srcDir: '..',
  srcExclude: ['src/**', 'third-party/**', 'tests/**', 'web/**', 'bench/**', '.github/**'],
  outDir: './dist',
  cacheDir: '../.cache/vitepress',
  rewrites: { 'README.md': 'index.md', 'site/reference/:path(.*)': 'reference/:path' },
  metaChunk: true,
  // The themes of code are readable at WCAG's contrast AA in both.
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(markdown) {
      const open = markdown.renderer.rules.link_open!
      markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
        const href = tokens[index]!.attrGet('href') ?? ''
        const [path = ''] = href.split('#')
        if (!/^[a-z]+:|^#/.test(href) && !path.endsWith('.md')) {
          const target = resolve(dirname(join(root, env.relativePath)), decodeURI(path))
          if (!existsSync(target) || !statSync(target).isFile()) {
            throw new Error(`${env.relativePath} links to ${href}, which is no file`)
          }
          linkedFiles.add(relative(root, target))
          // VitePress takes what has no extension that it knows for a page, unless a target is named.
          tokens[index]!.attrSet('target', '_self')
        }
        return open(tokens, index, options, env, self)
      }
    },
  },
  vite: { build: { chunkSizeWarningLimit: 1500 } },
  buildEnd({ outDir }) {
    for (const file of linkedFiles) {
      mkdirSync(dirname(join(outDir, file)), { recursive: true })
      cpSync(join(root, file), join(outDir, file))
    }
    refuseForeignHosts(outDir)
  },
  themeConfig: {
    nav: [
      { text: 'Install', link: '/docs/install' },
      { text: 'Errors', link: '/docs/troubleshooting' },
      { text: 'API', link: '/reference/' },
      { text: version, link: '/CHANGELOG' },
    ],
    sidebar: {
      '/reference/': [{ text: 'Back to the pages', link: '/' }, ...reference],
      '/': Object.entries(pages).map(([text, items]) => ({
        text,
        collapsed: false,
        items: Object.entries(items).map(([page, title]) => ({
          text: title,
          link: page === 'README' ? '/' : `/${page}`,
        })),
      })),
    },
    outline: [2, 3],
    docFooter: { prev: false, next: false },
    search: {
      provider: 'local',
      options: {
        // The lists of what is public repeat the reference.
        _render: (source, env, markdown) =>
          env.relativePath.startsWith('api/') ? '' : markdown.render(source, env),
      },
    },
  },
})
