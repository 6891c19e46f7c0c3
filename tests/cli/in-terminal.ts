import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

/** What a command printed in a terminal, with the status that it ended with. */
export interface TerminalRun {
  readonly code: number
  /** Standard output and standard error, as the terminal received them. */
  readonly screen: string
}

/**
 * Runs the built command in a pseudo-terminal, which script(1) of util-linux makes.
 *
 * @param options - `typed` is sent once `prompt` is on the screen.
 */
export function inTerminal(
  args: readonly string[],
  {
    home,
    columns = 80,
    prompt,
    typed = '',
    env,
  }: {
    readonly home: string
    readonly columns?: number
    readonly prompt?: RegExp
    readonly typed?: string
    readonly env?: Readonly<Record<string, string>>
  },
): Promise<TerminalRun> {
  const command = [process.execPath, resolve('dist/cli/main.js'), ...args].map(quoted).join(' ')
  return new Promise((done) => {
    const child = spawn(
      'script',
      ['-qec', `stty cols ${columns} rows 50; ${command}`, '/dev/null'],
      { env: { ...process.env, NO_COLOR: '1', TERM: 'xterm', AGNIZE_HOME: home, ...env } },
    )
    let screen = ''
    let isTyped = false
    child.stdout.on('data', (chunk) => {
      screen += chunk
      if (!prompt?.test(screen) || isTyped) return
      isTyped = true
      child.stdin.write(typed)
    })
    child.on('exit', (code) => done({ code: code ?? -1, screen: screen.replaceAll('\r', '') }))
  })
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
