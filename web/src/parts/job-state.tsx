import { Label, ProgressBar } from 'react-aria-components'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { sentenceOf } from './states.js'

/** The state and progress of a job, with a button to cancel it. */
export function JobState({
  job,
  onChange,
}: {
  readonly job: Schemas['Job']
  readonly onChange: () => void
}) {
  const texts = useTexts()
  const { jobs: own, app } = texts
  const { may } = useSession()
  const [gallery] = useGallery()
  if (job.state === 'failed') {
    return <p className="field-error">{job.error && sentenceOf(job.error, texts)}</p>
  }
  if (job.finished_at !== null) return <p className="hint">{own[job.state]}</p>
  return (
    <div>
      <ProgressBar
        className="progress"
        value={job.done}
        maxValue={job.total ?? 1}
        isIndeterminate={job.total === null}
      >
        {({ percentage }) => (
          <>
            <Label>
              {own[job.state]} {job.total !== null && `${job.done} / ${job.total}`}
            </Label>
            <span className="progress-track">
              <span style={{ width: `${percentage ?? 0}%` }} />
            </span>
          </>
        )}
      </ProgressBar>
      {may('enroll') && (
        <Button
          onPress={() =>
            void unwrap(
              api.POST('/v1/galleries/{gallery}/jobs/{job}/cancel', {
                params: { path: { gallery, job: job.id } },
              }),
            ).then(onChange, onChange)
          }
        >
          {app.cancel}
        </Button>
      )}
    </div>
  )
}
