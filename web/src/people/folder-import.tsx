import { useState } from 'react'
import { Label, ProgressBar, ToggleButton } from 'react-aria-components'
import { Button } from '../parts/button.js'
import { csvOf } from '../parts/csv.js'
import { Select } from '../parts/fields.js'
import { PhotoDrop } from '../parts/photo-drop.js'
import { save } from '../parts/save.js'
import { explain } from '../parts/states.js'
import { useTexts } from '../texts/index.js'
import { type ImportRow, isReady, needsCare } from './import-row.js'
import { ImportRowView } from './import-row-view.js'
import { namePatterns } from './name-pattern.js'
import { useImport } from './use-import.js'

/** Rows on the screen at first, and with each press of “Show more”. Judgment. */
const rowsAtOnce = 50

/** Enrolls a folder of people: a table of its photos to check, then the work, and its report. */
export function FolderImport() {
  const texts = useTexts()
  const { folder: own } = texts
  const work = useImport()
  const { rows, phase, left } = work
  const [shown, setShown] = useState(rowsAtOnce)
  const [isFiltered, setFiltered] = useState(false)
  const isBusy = phase === 'looking' || phase === 'running'
  const careful = rows.filter(needsCare)
  // What was refused, whole or in part, is told first, then what was not added.
  const listed =
    phase === 'done'
      ? rows.toSorted((a, b) => urgency(b) - urgency(a))
      : phase === 'ready' && isFiltered
        ? careful
        : rows
  const waiting = rows.filter((row) => isReady(row) && row.sent === 'no')
  const people = new Set(rows.map(({ name }) => name.trim())).size
  return (
    <section className="panel" aria-labelledby="import">
      <h2 id="import">{own.title}</h2>
      {!isBusy && (
        <PhotoDrop
          label={own.choose}
          hint={own.hint}
          folders
          onPhotos={(photos) => {
            setShown(rowsAtOnce)
            setFiltered(false)
            void work.choose(photos)
          }}
        />
      )}
      {(rows.length > 0 || left > 0) && (
        <p role="status">
          {own.found(rows.length, people)} {left > 0 && own.left(left)}
        </p>
      )}
      {rows.length > 0 && (
        <>
          <Progress rows={rows} phase={phase} />
          {phase === 'ready' && (
            <div className="filters">
              <Select
                label={own.pattern}
                value={work.pattern}
                onChange={work.setPattern}
                options={namePatterns.map((each) => [each, own.patterns[each]])}
              />
              {careful.length > 0 && (
                <ToggleButton className="chip" isSelected={isFiltered} onChange={setFiltered}>
                  {own.careful} <span className="number">{careful.length}</span>
                </ToggleButton>
              )}
            </div>
          )}
          <div className="buttons">
            {(phase === 'ready' || phase === 'stopped') && waiting.length > 0 && (
              <Button kind="primary" onPress={() => void work.begin()}>
                {phase === 'stopped' ? own.resume(waiting.length) : own.begin(waiting.length)}
              </Button>
            )}
            {phase === 'looking' && <Button onPress={work.clear}>{texts.app.cancel}</Button>}
            {phase === 'running' && <Button onPress={work.stop}>{texts.app.cancel}</Button>}
            {(phase === 'done' || phase === 'stopped') && <Report rows={rows} />}
          </div>
          <ul className="import-rows" aria-label={own.rows}>
            {listed.slice(0, shown).map((row) => (
              <ImportRowView
                key={row.key}
                row={row}
                isLocked={phase !== 'ready' && phase !== 'stopped'}
                isOver={phase === 'done'}
                onChange={work.change}
              />
            ))}
          </ul>
          {listed.length > shown && (
            <Button onPress={() => setShown(shown + rowsAtOnce)}>{texts.app.more}</Button>
          )}
        </>
      )}
    </section>
  )
}

/** How much a row wants to be seen once the work is done. */
const urgency = ({ error, isIncluded, sent }: ImportRow) =>
  error !== undefined ? 2 : Number(isIncluded && sent === 'no')

const isRefused = ({ sent, looked }: ImportRow) => sent === 'refused' || looked === 'refused'

/** How far the work is, and its result. */
function Progress({
  rows,
  phase,
}: {
  readonly rows: readonly ImportRow[]
  readonly phase: ReturnType<typeof useImport>['phase']
}) {
  const { folder: own } = useTexts()
  const count = (is: (row: ImportRow) => boolean) => rows.filter(is).length
  const isSent = ({ sent }: ImportRow) => sent !== 'no' && sent !== 'sending'
  const isLooking = phase === 'looking'
  const done = count(isLooking ? ({ looked }) => looked !== 'waiting' : isSent)
  const total = isLooking
    ? rows.length
    : count((row) => isSent(row) || row.sent === 'sending' || isReady(row))
  if (phase === 'ready') return null
  return (
    <>
      <ProgressBar className="progress" value={done} maxValue={Math.max(1, total)}>
        {({ percentage }) => (
          <>
            <Label>{own.progress(done, total)}</Label>
            <span className="progress-track">
              <span style={{ width: `${percentage}%` }} />
            </span>
          </>
        )}
      </ProgressBar>
      <p role="status">
        {isLooking
          ? own.looking
          : phase === 'running'
            ? own.running
            : own.done(
                count(({ sent }) => sent === 'added'),
                count(({ sent }) => sent === 'known'),
                count(isRefused),
              )}
      </p>
    </>
  )
}

/** A button that saves what became of each photo. */
function Report({ rows }: { readonly rows: readonly ImportRow[] }) {
  const texts = useTexts()
  const { folder: own } = texts
  function saveReport(): void {
    const lines = rows.map(({ path, name, sent, error }) => [
      ...[path, name, own.states[sent]],
      error === undefined ? '' : explain(error, texts),
    ])
    const text = csvOf([own.reportHead, ...lines])
    save('agnize-import.csv', new Blob([text], { type: 'text/csv' }))
  }
  return <Button onPress={saveReport}>{own.report}</Button>
}
