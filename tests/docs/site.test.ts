import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pages } from '../../site/.vitepress/sidebar.js'

test('the sidebar of the site leads to every page, once', () => {
  const listed = Object.values(pages).flatMap((group) => Object.keys(group))
  expect(new Set(listed).size).toBe(listed.length)
  for (const page of listed) expect(existsSync(`${page}.md`), page).toBe(true)
  const written = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => `docs/${name.replace(/\.md$/, '')}`)
  expect(listed.filter((page) => page.startsWith('docs/')).sort()).toEqual(written.sort())
})
