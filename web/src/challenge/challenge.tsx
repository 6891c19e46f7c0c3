import type { ReactNode, RefObject } from 'react'
import { Button } from '../parts/button.js'
import { useTexts } from '../texts/index.js'
import { useChallenge } from './use-challenge.js'
import { Vouch } from './vouch.js'

/**
 * Asks the person before the camera to move: an oval with the camera's picture, one instruction at a time, and why it failed.
 *
 * @param isSeeing - Whether the camera gives pictures.
 * @param children - What follows a challenge that was passed, in place of the instruction.
 */
export function Challenge({
  video,
  gallery,
  isSeeing,
  onPassed,
  onBegin,
  children,
}: {
  readonly video: RefObject<HTMLVideoElement | null>
  readonly gallery: string
  readonly isSeeing: boolean
  readonly onPassed: (result: string) => void
  readonly onBegin?: () => void
  readonly children?: ReactNode
}) {
  const { live, challenge: texts } = useTexts()
  const { state: shown, begin, cancel, pass } = useChallenge(video, gallery, onPassed)
  const { state } = shown
  const isRunning = state === 'running'
  const { instruction, done, steps, progress } = isRunning
    ? shown.shown
    : { instruction: undefined, done: 0, steps: 1, progress: state === 'passed' ? 1 : 0 }
  return (
    <section
      className={`challenge ${state}`}
      aria-label={texts.title}
      data-instruction={instruction}
      onKeyDown={({ key }) => key === 'Escape' && isRunning && cancel()}
    >
      <div className="challenge-oval">
        <video ref={video} muted playsInline autoPlay aria-label={live.preview} />
        <svg viewBox="0 0 100 130" aria-hidden="true">
          <ellipse cx="50" cy="65" rx="48" ry="63" className="challenge-track" />
          {progress > 0 && (
            <path
              d="M50 2a48 63 0 0 1 0 126a48 63 0 0 1 0-126"
              pathLength="1"
              strokeDasharray="1"
              strokeDashoffset={1 - progress}
              className="challenge-progress"
            />
          )}
        </svg>
      </div>
      <div className="challenge-words" role="status" aria-live="assertive">
        {isRunning && <p className="challenge-instruction">{texts.instructions[instruction!]}</p>}
        {state === 'ready' && <p>{texts.hint}</p>}
        {state === 'failed' && (
          <>
            <p className="challenge-instruction">{texts.failed}</p>
            <p>{texts.failures[shown.reason]}</p>
          </>
        )}
        {state === 'passed' && children}
      </div>
      <p className="challenge-steps">
        {isRunning && steps > 1 ? texts.step(Math.min(done + 1, steps), steps) : ' '}
      </p>
      {isRunning ? (
        <Button key="cancel" autoFocus onPress={cancel}>
          {texts.cancel}
        </Button>
      ) : (
        // A disabled button takes no focus: the key makes a new one of it.
        <Button
          key={isSeeing ? 'begin' : 'waiting'}
          kind="primary"
          autoFocus
          isDisabled={!isSeeing}
          onPress={() => {
            onBegin?.()
            void begin()
          }}
        >
          {state === 'failed' ? texts.again : texts.begin}
        </Button>
      )}
      {state === 'failed' && shown.id !== undefined && (
        <Vouch gallery={gallery} challenge={shown.id} onVouched={pass} />
      )}
    </section>
  )
}
