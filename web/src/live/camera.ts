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
const retryIntervalMs = 2000
/** A longer gap between two timer ticks, in milliseconds, means that the machine slept. Judgment. */
const sleepGapMs = 10_000

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
  #openCount = 0
  #tickedAt = Date.now()
  readonly #ticker: ReturnType<typeof setInterval>
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
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDeviceChange)
    document.addEventListener('visibilitychange', this.#onVisible)
    this.#ticker = setInterval(() => {
      const slept = Date.now() - this.#tickedAt > sleepGapMs
      this.#tickedAt = Date.now()
      if (slept) void this.open(this.#wanted)
    }, 1000)
    void this.#watchPermission()
  }

  /** @param deviceId - Id of the preferred camera; another is used if it is missing. Default any. */
  async open(deviceId: string | undefined): Promise<void> {
    const mine = ++this.#openCount
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
      if (mine !== this.#openCount) {
        for (const track of stream.getTracks()) track.stop()
        return
      }
      await this.#show(stream, mine)
    } catch (error) {
      if (mine === this.#openCount) this.#failed(problemOf(error))
    }
  }

  close(): void {
    this.#openCount++
    clearInterval(this.#ticker)
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDeviceChange)
    document.removeEventListener('visibilitychange', this.#onVisible)
    if (this.#permission) this.#permission.onchange = null
    this.#release()
  }

  async #show(stream: MediaStream, mine: number): Promise<void> {
    this.#stream = stream
    const [track] = stream.getVideoTracks()
    track!.onended = () => this.#failed('unplugged')
    this.#video.srcObject = stream
    await this.#video.play().catch(() => {})
    if (mine !== this.#openCount) return
    const { deviceId = '' } = track!.getSettings()
    this.#onState({ state: 'on', deviceId, label: track!.label })
    // Browsers reveal the names of cameras only after access is granted.
    await this.#listChoices()
  }

  #failed(problem: CameraProblem): void {
    this.#release()
    this.#onState({ state: 'off', problem })
    if (problem === 'refused') return
    const mine = this.#openCount
    this.#retry = setTimeout(() => {
      if (mine === this.#openCount) void this.open(this.#wanted)
    }, retryIntervalMs)
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

  readonly #onDeviceChange = () => {
    void this.#listChoices()
    if (!this.#stream) void this.open(this.#wanted)
  }

  /** Some browsers stop a camera while its page is hidden, without an event. */
  readonly #onVisible = () => {
    if (document.visibilityState !== 'visible') return
    const [track] = this.#stream?.getVideoTracks() ?? []
    if (track?.readyState === 'live') void this.#video.play().catch(() => {})
    else if (this.#openCount > 0 && !this.#retry) void this.open(this.#wanted)
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
