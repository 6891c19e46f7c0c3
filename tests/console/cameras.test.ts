import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../fixtures.js'
import { lacks } from '../requirements.js'
import { ask } from '../server/start.js'
import { Watching } from '../watch/watching.js'
import { cameraVideo } from './camera-video.js'
import { accessibilityFindings, openConsole } from './console.js'
import { portraits } from './portraits.js'

describe.skipIf(lacks('camera'))('the page of cameras', () => {
  test('says that two programs watch cameras of one name, until one of them ends', async () => {
    const film = await cameraVideo(await temporaryFolder(), 'film', [{ seconds: 240, photos: [] }])
    const at = await openConsole()
    const { page } = at
    const door = page.getByRole('article', { name: 'door' })
    const shared = door.getByText(/programs watch a camera of this name/)
    await page.goto(`${at.url}/cameras`)
    const one = new Watching(at.home, [`door=${film}`])
    await door.getByText(/Running since/).waitFor({ timeout: 60_000 })
    expect(await shared.count()).toBe(0)
    const other = new Watching(at.home, [`door=${film}`])
    await shared.waitFor({ timeout: 60_000 })
    expect(await shared.textContent()).toBe(
      '2 programs watch a camera of this name in this gallery, and each records the visits. Stop all but one, or give their cameras different names.',
    )
    expect(await accessibilityFindings(page)).toEqual([])
    await page.evaluate(() => localStorage.setItem('agnize.language', '"de"'))
    await page.reload()
    await door.getByText('2 Programme beobachten in dieser Galerie eine Kamera').waitFor()
    await page.evaluate(() => localStorage.setItem('agnize.language', '"en"'))
    await page.reload()
    await shared.waitFor()
    // Whichever ends takes the hint away; the camera is still watched.
    await other.stop()
    await shared.waitFor({ state: 'detached', timeout: 60_000 })
    await door.getByText(/Running since/).waitFor()
    await one.stop()
    expect(at.errors).toEqual([])
  })

  test('says how to watch one, which runs, and which was not heard of', async () => {
    const people = await portraits()
    const film = await cameraVideo(await temporaryFolder(), 'film', [
      { seconds: 5, photos: [people.cid] },
      { seconds: 120, photos: [] },
    ])
    const at = await openConsole()
    const { page } = at
    await ask(at, '/v1/galleries/default/settings', {
      method: 'PATCH',
      json: { visits: { recording: true } },
    })
    await page.goto(`${at.url}/cameras`)
    await page.getByText('No camera is watched.').waitFor()
    await page.getByLabel('Name of the camera').fill('front door')
    await page.getByLabel('Address').fill("rtsp://cam/it's")
    await page.getByText(`agnize watch 'front door=rtsp://cam/it'\\''s'`).waitFor()

    const watching = new Watching(at.home, [`door=${film}`, 'yard=nothing.mp4', '--away', '1'])
    const door = page.getByRole('article', { name: 'door' })
    await door.getByText(/Running since/).waitFor({ timeout: 60_000 })
    await door.getByText(/frames a second/).waitFor({ timeout: 60_000 })
    const yard = page.getByRole('article', { name: 'yard' })
    await yard.getByText(/Failed since/).waitFor()
    await yard.getByText('Its address cannot be opened.').waitFor()
    await yard.getByText('Error code: photo-not-found.').waitFor()
    await door.getByRole('link', { name: /Last visit .*, 1 visit$/ }).waitFor({ timeout: 60_000 })
    expect(await accessibilityFindings(page)).toEqual([])
    await page.goto(at.url)
    const cameras = page.getByRole('region', { name: 'Cameras' })
    await cameras.getByText(/Running since/).waitFor()
    await cameras.getByText(/Failed since/).waitFor()
    await cameras.getByRole('link', { name: 'All cameras' }).click()
    await door.getByRole('link', { name: /Last visit/ }).click()
    await page
      .getByRole('button', { name: /Camera/ })
      .getByText('door')
      .waitFor()
    await watching.stop()
    await page.goto(`${at.url}/cameras`)
    await door.getByText('Not watched').waitFor()

    // A program that was killed cannot take its camera off.
    const killed = new Watching(at.home, [`door=${film}`])
    await door.getByText(/Starting|Running/).waitFor({ timeout: 60_000 })
    killed.child.kill('SIGKILL')
    await killed.ended
    await door.getByText(/Not heard of since/).waitFor({ timeout: 90_000 })
    await door.getByText('The program that watches it broke off').waitFor()
    expect(at.errors).toEqual([])
  })
})
