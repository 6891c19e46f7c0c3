import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { sample, temporaryFolder } from '../fixtures.js'

/** A folder with the photos that the demo leaves and the pages name, in which agnize is installed. */
export async function userFolder(): Promise<string> {
  const folder = await temporaryFolder()
  const anna = await sharp(sample(1))
    .extract({ left: 1300, top: 80, width: 560, height: 560 })
    .toBuffer()
  mkdirSync(join(folder, 'people', 'Anna'), { recursive: true })
  for (const place of ['anna.jpg', 'people/Anna/1.jpg']) writeFileSync(join(folder, place), anna)
  copyFileSync(sample(3), join(folder, 'door.jpg'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(resolve('.'), join(folder, 'node_modules', 'agnize'))
  return folder
}
