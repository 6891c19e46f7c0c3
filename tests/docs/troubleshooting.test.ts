import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../dist/base/errors.js'
import { statusOf } from '../../dist/server/problem.js'

const page = readFileSync('docs/troubleshooting.md', 'utf8')

/** Paragraphs under the headings of the third level, which are codes, in the order of the page. */
const paragraphs = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [code = '', ...text] = section.split(/^## /m)[0]!.split('\n')
      return [code, text.join('\n').trim()]
    }),
)

describe('docs/troubleshooting.md', () => {
  test('every error code has its paragraph, and no paragraph is of a code that does not exist', () => {
    expect([...paragraphs.keys()].sort()).toEqual([...errorCodes].sort())
    expect(page.match(/^### /gm)).toHaveLength(paragraphs.size)
  })

  test.each([...errorCodes])('%s: cause, HTTP status, remedy', (code) => {
    const text = paragraphs.get(code)!
    expect(text.split(/\. |\.$/m).length, 'sentences').toBeGreaterThan(2)
    expect(text.match(/\(HTTP (\d{3})/)?.[1]).toBe(String(statusOf[code]))
  })
})
