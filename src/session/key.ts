import { AgnizeError } from '../base/errors.js'

/**
 * The key of a protected gallery: the given one, else `AGNIZE_KEY`, else the content of the file that `AGNIZE_KEY_FILE` names.
 * The key is read when a gallery is opened: commands without a gallery need no key.
 *
 * @throws AgnizeError `key-missing` where the file cannot be read; `wrong-key` for an invalid key.
 */
export async function readKey(given: string | undefined): Promise<Uint8Array | undefined> {
  const { AGNIZE_KEY = '', AGNIZE_KEY_FILE = '' } = process.env
  const text = given || AGNIZE_KEY
  if (!text && !AGNIZE_KEY_FILE) return undefined
  const { masterKey } = await import('../gallery/vault.js')
  return masterKey(text || (await readKeyFile(AGNIZE_KEY_FILE)))
}

async function readKeyFile(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new AgnizeError(
      'key-missing',
      `The key file ${path} cannot be read: check AGNIZE_KEY_FILE.`,
      { cause },
    )
  }
}
