import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ifUnchanged, isChangedMeanwhile, unwrap, unwrapTagged } from '../api.js'
import { useGallery } from '../gallery.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Scroll } from '../parts/scroll.js'
import { showNotice } from '../parts/toasts.js'
import { useDecimal } from '../parts/use-decimal.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import type { Job } from './use-jobs.js'

interface BeforeAndAfter {
  readonly before: number
  readonly after: number
}

interface Effect {
  readonly search: BeforeAndAfter
  readonly comparison: BeforeAndAfter
  readonly people: number
  readonly not_recognized: BeforeAndAfter
  readonly decisions: { readonly total: number; readonly changed: number } | null
}

/** What a measured calibration would change, with a button that has the gallery use it. */
export function CalibrationPreview({ job }: { readonly job: Job }) {
  const { reports: own } = useTexts()
  const decimal = useDecimal()
  const { may } = useSession()
  const [gallery] = useGallery()
  const queries = useQueryClient()
  const path = { gallery }
  const present = useQuery({
    queryKey: ['calibration', gallery],
    queryFn: () =>
      unwrapTagged(api.GET('/v1/galleries/{gallery}/calibration', { params: { path } })),
  })
  const { effect, unused } = job.result as { effect: Effect; unused: { thresholds: unknown } }
  const used = present.data?.value.calibration
  const isUsed = used && JSON.stringify(used.thresholds) === JSON.stringify(unused.thresholds)
  const { search, comparison, people, not_recognized, decisions } = effect
  const rows: [label: string, now: string, then: string][] = [
    [own.searchThreshold, decimal(search.before, 3), decimal(search.after, 3)],
    [own.comparisonThreshold, decimal(comparison.before, 3), decimal(comparison.after, 3)],
    [own.notRecognized(people), String(not_recognized.before), String(not_recognized.after)],
  ]
  if (decisions) {
    rows.push([own.decisionsChanged, '', own.ofAll(decisions.changed, decisions.total)])
  }

  async function use(): Promise<void> {
    const before = present.data!
    try {
      await unwrap(
        api.PUT('/v1/galleries/{gallery}/calibration', {
          params: { path },
          headers: ifUnchanged(before),
          body: { job: job.id },
        }),
      )
    } catch (error) {
      if (!isChangedMeanwhile(error)) throw error
      await queries.invalidateQueries({ queryKey: ['calibration'] })
      throw new Error(own.overtaken)
    }
    await queries.invalidateQueries({ queryKey: ['calibration'] })
    const { calibration } = before.value
    showNotice(own.used, async () => {
      await unwrap(
        calibration
          ? api.PUT('/v1/galleries/{gallery}/calibration', {
              params: { path },
              body: { calibration },
            })
          : api.DELETE('/v1/galleries/{gallery}/calibration', { params: { path } }),
      )
      await queries.invalidateQueries({ queryKey: ['calibration'] })
    })
  }

  return (
    <>
      <h4>
        {own.effect} {isUsed && <span className="tag">{own.inUse}</span>}
      </h4>
      <Scroll label={own.effect}>
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">{own.now}</th>
              <th scope="col">{own.afterwards}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([label, now, then]) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td className="number">{now}</td>
                <td className="number">{then}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {!decisions && <p className="hint">{own.noDecisions}</p>}
      {may('admin') && present.data && !isUsed && (
        <ConfirmButton label={own.use} title={own.use} confirm={own.use} onConfirm={use}>
          <p>{own.useMeans}</p>
        </ConfirmButton>
      )}
    </>
  )
}
