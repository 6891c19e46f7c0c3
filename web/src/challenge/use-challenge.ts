import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { speak, stopSpeaking } from '../live/speech.js'
import { usePreference } from '../preferences.js'
import { useTexts } from '../texts/index.js'
import { type ChallengeEnd, type ChallengeShown, runChallenge } from './challenge-run.js'

/** The state of a challenge that a page shows. */
export type ChallengeState =
  | { readonly state: 'ready' }
  | { readonly state: 'running'; readonly shown: ChallengeShown }
  | ({ readonly state: 'failed' } & Pick<ChallengeEnd & { passed: false }, 'reason' | 'id'>)
  | { readonly state: 'passed' }

const atFirst: ChallengeShown = { instruction: 'show-face', done: 0, steps: 1, progress: 0 }

/**
 * A challenge before the camera of a video, with its instructions spoken where sound is on.
 *
 * @param onPassed - Takes the result, which is accepted once within a minute.
 */
export function useChallenge(
  video: RefObject<HTMLVideoElement | null>,
  gallery: string,
  onPassed: (result: string) => void,
) {
  const { tag, challenge: texts } = useTexts()
  const [sound] = usePreference('sound')
  const [voice] = usePreference('voice')
  const [state, setState] = useState<ChallengeState>({ state: 'ready' })
  const running = useRef<AbortController>(null)
  const spoken =
    state.state === 'running'
      ? texts.instructions[state.shown.instruction]
      : state.state === 'failed'
        ? texts.failures[state.reason]
        : undefined
  useEffect(() => {
    if (!sound || spoken === undefined) return
    stopSpeaking()
    void speak(spoken, voice, tag)
  }, [spoken, sound, voice, tag])
  useEffect(
    () => () => {
      running.current?.abort()
      stopSpeaking()
    },
    [],
  )
  /** Takes the result of a challenge that somebody else let the person pass. */
  const pass = useCallback(
    (result: string) => {
      setState({ state: 'passed' })
      onPassed(result)
    },
    [onPassed],
  )
  const begin = useCallback(async () => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    setState({ state: 'running', shown: atFirst })
    const show = (shown: ChallengeShown) => setState({ state: 'running', shown })
    const end = await runChallenge(video.current!, gallery, show, controller.signal).catch(
      (): ChallengeEnd => ({ passed: false, reason: 'disconnected' }),
    )
    if (!end || controller.signal.aborted) return
    if (!end.passed) {
      setState({ state: 'failed', reason: end.reason, ...(end.id !== undefined && { id: end.id }) })
      return
    }
    pass(end.result)
  }, [video, gallery, pass])
  const cancel = useCallback(() => {
    running.current?.abort()
    stopSpeaking()
    setState({ state: 'ready' })
  }, [])
  return { state, begin, cancel, pass }
}
