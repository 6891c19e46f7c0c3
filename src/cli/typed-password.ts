import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { AgnizeError } from '../base/errors.js'
import { canAsk } from './confirmation.js'

/** Longest line that is read as a password, in bytes. */
const maxBytes = 4096

/**
 * Asks for a new password twice, without showing it; where there is no terminal, reads the first line of standard input. A password is
 * never an argument, which other users of the machine and the shell's history would see.
 *
 * @throws AgnizeError `bad-argument` where both differ or there is none; `cancelled` at Ctrl-C and Ctrl-D.
 */
export async function typedPassword(): Promise<string> {
  if (!canAsk()) return firstLine()
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  terminal.on('SIGINT', () => terminal.close())
  const lines = terminal[Symbol.asyncIterator]()
  const ask = async (question: string): Promise<string> => {
    process.stderr.write(question)
    const { value, done } = await lines.next()
    process.stderr.write('\n')
    if (done) throw new AgnizeError('cancelled', 'Nothing was changed.')
    return value
  }
  try {
    const password = await ask('Password: ')
    if ((await ask('The same again: ')) === password) return password
  } finally {
    terminal.close()
  }
  throw new AgnizeError('bad-argument', 'The two passwords differ: try again.')
}

async function firstLine(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > maxBytes) {
      throw new AgnizeError('bad-argument', `A password has at most ${maxBytes} bytes.`)
    }
  }
  const line = Buffer.concat(chunks).toString('utf8').split(/\r?\n/)[0]!
  if (line !== '') return line
  throw new AgnizeError(
    'bad-argument',
    'Give the password on standard input, or run the command in a terminal.',
  )
}
