import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { AgnizeError, errorCodes } from '../base/errors.js'
import { didYouMean } from './known-names.js'
import { print } from './terminal.js'

/** The page with a paragraph for each error code, which is part of the package. */
const page = new URL('../../docs/troubleshooting.md', import.meta.url)

/** `agnize explain` */
export function explainCommand(): Command {
  return new Command('explain')
    .description('explain an error code and what to do')
    .argument('<code>', 'the code in brackets at the end of an error, such as gallery-locked')
    .addHelpText('after', '\nExample:\n  $ agnize explain gallery-locked')
    .action((code: string) => print(explanationOf(code.replaceAll(/[[\]]/g, ''))))
}

function explanationOf(code: string): string {
  const heading = `### ${code}\n`
  const text = readFileSync(page, 'utf8')
  const at = text.indexOf(`\n${heading}`)
  if (at < 0) {
    const suggestion = didYouMean(code, errorCodes)
    throw new AgnizeError(
      'bad-argument',
      `There is no error code ${JSON.stringify(code)}${suggestion ? `.${suggestion}` : ': docs/troubleshooting.md lists all.'}`,
    )
  }
  const [paragraph = ''] = text.slice(at + 1 + heading.length).split(/\n#{2,3} /)
  // Links lead to files of the package.
  return paragraph.trim().replaceAll(/\[([^\]]+)\]\(([^)]+\.md)[^)]*\)/g, '$1 (docs/$2)')
}
