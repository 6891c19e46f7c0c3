import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Folder for the pictures of the films; without it none are made. */
const pictures = process.env.AGNIZE_FILMS

/** What a picture can be taken of: a page of either browser. */
interface Screen {
  screenshot(options: { path: `${string}.png` }): Promise<unknown>
}

/**
 * Begins a film: a path through the console, step by step. A step that fails is named; where AGNIZE_FILMS names a folder, each leaves
 * a picture of the page at its end.
 */
export function film(title: string, screen: Screen) {
  let count = 0
  return async <T>(step: string, play: () => Promise<T>): Promise<T> => {
    count++
    try {
      const result = await play()
      await picture(`${String(count).padStart(2, '0')} ${step}`)
      return result
    } catch (error) {
      await picture(`${String(count).padStart(2, '0')} ${step}, failed`)
      throw new Error(`Step ${count} of “${title}”, “${step}”, failed: ${error}`, { cause: error })
    }
  }

  async function picture(name: string): Promise<void> {
    if (!pictures) return
    const folder = join(pictures, title)
    await mkdir(folder, { recursive: true })
    await screen.screenshot({ path: `${join(folder, name)}.png` })
  }
}
