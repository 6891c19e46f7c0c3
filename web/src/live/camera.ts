/** Why the camera gives no picture. */
export type CameraProblem = 'refused' | 'none' | 'busy' | 'unplugged' | 'insecure'

/** The state of the camera. */
export type CameraState =
  | { readonly state: 'asking' }
  | { readonly state: 'on'; readonly deviceId: string; readonly label: string }
  | { readonly state: 'off'; readonly problem: CameraProblem }

/** A camera that can be chosen. */
export interface CameraChoice {
  readonly deviceId: string
  readonly label: string
}

/** Retry interval for an unavailable camera, in milliseconds. Judgment. */
const retryAfter = 2000
/** A longer gap between two timer ticks, in milliseconds, means that the machine slept. Judgment. */
const asleep = 10_000

/**
 * A camera on a video element. It reopens automatically: when it is plugged in again, when another program releases it, and
 * when the machine wakes up. After a refusal it waits until the permission changes.
 */
export class Camera {
  readonly #video: HTMLVideoElement
  readonly #onState: (state: CameraState) => void
  readonly #onChoices: (choices: readonly CameraChoice[]) => void
  #wanted: string | undefined
  #stream: MediaStream | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #turn = 0
  #beatAt = Date.now()
  readonly #beat: ReturnType<typeof setInterval>
  #permission: PermissionStatus | undefined

  constructor(
    video: HTMLVideoElement,
    {
      onState,
      onChoices,
    }: {
      readonly onState: (state: CameraState) => void
      readonly onChoices: (choices: readonly CameraChoice[]) => void
    },
  ) {
    this.#video = video
    this.#onState = onState
    this.#onChoices = onChoices
    navigator.mediaDevices?.addEventListener('devicechange', this.#devicesChanged)
    document.addEventListener('visibilitychange', this.#shown)
    this.#beat = setInterval(() => {
      const slept = Date.now() - this.#beatAt > asleep
      this.#beatAt = Date.now()
      if (slept) void this.open(this.#wanted)
    }, 1000)
    void this.#watchPermission()
  }

  /** @param deviceId - Id of the preferred camera; another is used if it is missing. Default any. */
  async open(deviceId: string | undefined): Promise<void> {
    const mine = ++this.#turn
    this.#wanted = deviceId
    this.#release()
    if (!navigator.mediaDevices) {
      this.#onState({ state: 'off', problem: 'insecure' })
      return
    }
    this.#onState({ state: 'asking' })
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: {
          width: { ideal: 640 },
          height: { ideal: 480 },
          frameRate: { ideal: 30 },
          ...(deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: 'user' }),
        },
      })
      if (mine !== this.#turn) {
        for (const track of stream.getTracks()) track.stop()
        return
      }
      await this.#show(stream, mine)
    } catch (error) {
      if (mine === this.#turn) this.#failed(problemOf(error))
    }
  }

  close(): void {
    this.#turn++
    clearInterval(this.#beat)
    navigator.mediaDevices?.removeEventListener('devicechange', this.#devicesChanged)
    document.removeEventListener('visibilitychange', this.#shown)
    if (this.#permission) this.#permission.onchange = null
    this.#release()
  }

  async #show(stream: MediaStream, mine: number): Promise<void> {
    this.#stream = stream
    const [track] = stream.getVideoTracks()
    track!.onended = () => this.#failed('unplugged')
    this.#video.srcObject = stream
    await this.#video.play().catch(() => {})
    if (mine !== this.#turn) return
    const { deviceId = '' } = track!.getSettings()
    this.#onState({ state: 'on', deviceId, label: track!.label })
    // Browsers reveal the names of cameras only after access is granted.
    await this.#listChoices()
  }

  #failed(problem: CameraProblem): void {
    this.#release()
    this.#onState({ state: 'off', problem })
    if (problem === 'refused') return
    const mine = this.#turn
    this.#retry = setTimeout(() => {
      if (mine === this.#turn) void this.open(this.#wanted)
    }, retryAfter)
  }

  #release(): void {
    clearTimeout(this.#retry)
    for (const track of this.#stream?.getTracks() ?? []) {
      track.onended = null
      track.stop()
    }
    this.#stream = undefined
    this.#video.srcObject = null
  }

  async #listChoices(): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => [])
    const cameras = devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    this.#onChoices(cameras.map(({ deviceId, label }) => ({ deviceId, label })))
  }

  readonly #devicesChanged = () => {
    void this.#listChoices()
    if (!this.#stream) void this.open(this.#wanted)
  }

  /** Some browsers stop a camera while its page is hidden, without an event. */
  readonly #shown = () => {
    if (document.visibilityState !== 'visible') return
    const [track] = this.#stream?.getVideoTracks() ?? []
    if (track?.readyState === 'live') void this.#video.play().catch(() => {})
    else if (this.#turn > 0 && !this.#retry) void this.open(this.#wanted)
  }

  async #watchPermission(): Promise<void> {
    const permission = await navigator.permissions
      ?.query({ name: 'camera' as PermissionName })
      .catch(() => undefined)
    if (!permission) return
    this.#permission = permission
    permission.onchange = () => {
      if (permission.state === 'granted' && !this.#stream) void this.open(this.#wanted)
    }
  }
}

function problemOf(error: unknown): CameraProblem {
  const { name } = error as DOMException
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy'
}

/** The current picture as a JPEG file for the server. */
export async function snapshot(video: HTMLVideoElement): Promise<File> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  canvas.getContext('2d')!.drawImage(video, 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })
  return new File([blob], `webcam ${new Date().toISOString().replaceAll(/[:.]/g, '-')}.jpg`, {
    type: 'image/jpeg',
  })
}
