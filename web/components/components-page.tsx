import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { AccountSessions } from '../src/parts/account-sessions.js'
import { Button } from '../src/parts/button.js'
import { CameraState } from '../src/parts/camera-state.js'
import { ConfirmButton } from '../src/parts/confirm.js'
import { Conflict } from '../src/parts/conflict.js'
import { CopyButton } from '../src/parts/copy-button.js'
import { Dialog } from '../src/parts/dialog.js'
import { Check, Select, Switch, TextField } from '../src/parts/fields.js'
import { FormDialog } from '../src/parts/form-dialog.js'
import { Plus, Trash2 } from '../src/parts/icons.js'
import { JobState } from '../src/parts/job-state.js'
import { Loaded } from '../src/parts/loaded.js'
import { PageHeader } from '../src/parts/page-header.js'
import { PhotoDrop } from '../src/parts/photo-drop.js'
import { Portrait, WithPictures } from '../src/parts/portrait.js'
import { ProviderSignIn } from '../src/parts/provider-sign-in.js'
import { Scroll } from '../src/parts/scroll.js'
import { showKey } from '../src/parts/shown-key.js'
import { ShownOnce } from '../src/parts/shown-once.js'
import { EmptyState, Failure } from '../src/parts/states.js'
import { Table } from '../src/parts/table.js'
import { showError, showNotice } from '../src/parts/toasts.js'
import { leave, useUnsaved } from '../src/parts/unsaved.js'
import { jobs, sessions, watches } from './answers.js'
import { Tokens } from './tokens.js'

/** More columns than fit on most screens. */
const columns = Array.from({ length: 12 }, (_, i) => `Column ${i + 1}`)

/** Every component of web/src/parts in its states, in both schemes. */
export function ComponentsPage() {
  return (
    <main className="schemes">
      {(['light', 'dark'] as const).map((scheme) => (
        <section key={scheme} className={`scheme ${scheme}`} aria-label={scheme}>
          <PageHeader title={`Components, ${scheme}`}>
            <Button>Action</Button>
            <Button kind="primary">
              <Plus aria-hidden="true" /> Main action
            </Button>
          </PageHeader>
          <Part name="Tokens">
            <Tokens />
          </Part>
          <Part name="Button">
            <Buttons />
          </Part>
          <Part name="TextField, Select, Switch, Check">
            <Fields />
          </Part>
          <Part name="Dialog, FormDialog, ConfirmButton, ShownOnce, ShownKey, LeaveDialog">
            <Dialogs />
          </Part>
          <Part name="Toasts">
            <div className="row">
              <Button onPress={() => showNotice('Saved.')}>Notice</Button>
              <Button onPress={() => showNotice('Anna was moved.', async () => {})}>
                With undo
              </Button>
              <Button onPress={() => showError('The server does not respond.')}>Error</Button>
            </div>
          </Part>
          <Part name="EmptyState, Failure, Loaded">
            <States />
          </Part>
          <Part name="Conflict">
            <Conflict
              draft={{
                conflict: [
                  { field: 'name', theirs: 'Anna Miller', mine: 'Anna Müller' },
                  { field: 'tags', theirs: '', mine: 'staff' },
                ],
                takeTheirs: () => {},
              }}
              labels={{ name: 'Name', tags: 'Tags' }}
              isBusy={false}
              onMine={() => {}}
            >
              <Button>Save</Button>
            </Conflict>
          </Part>
          <Part name="CameraState">
            <ul>
              {[null, ...watches].map((watch) => (
                <li key={watch?.state ?? 'none'}>
                  <CameraState watch={watch} />
                </li>
              ))}
            </ul>
          </Part>
          <Part name="JobState">
            {jobs.map((job) => (
              <JobState key={job.state} job={job} onChange={() => {}} />
            ))}
          </Part>
          <Part name="Portrait">
            <WithPictures kind="subject" pages={[['anna']]}>
              <div className="row">
                <Portrait id="anna" alt="A face" />
                <Portrait id="anna" alt="A small face" isSmall />
                <Portrait id="nobody" alt="No picture yet" />
                <Portrait id="nobody" alt="No small picture yet" isSmall />
              </div>
            </WithPictures>
          </Part>
          <Part name="PhotoDrop">
            <PhotoDrop label="Choose a photo" hint="Or drop one here." onPhotos={() => {}} />
          </Part>
          <Part name="Scroll">
            <Scroll label={`A wide table, ${scheme}`}>
              <table>
                <thead>
                  <tr>
                    {columns.map((column) => (
                      <th key={column} scope="col">
                        {column}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  <tr>
                    {columns.map((column) => (
                      <td key={column}>0.123</td>
                    ))}
                  </tr>
                </tbody>
              </table>
            </Scroll>
          </Part>
          <Part name="Table">
            <Table
              label={`Things, ${scheme}`}
              columns={['Name', 'Galleries', 'Last used']}
              items={['Tablet by the door', 'Kiosk']}
              keyOf={(name) => name}
              cells={(name) => [name, 'default, garden', 'Never']}
              buttons={() => (
                <>
                  <Button>Change</Button>
                  <Button>Remove</Button>
                </>
              )}
            />
          </Part>
          <Part name="AccountSessions">
            <Sessions />
          </Part>
          <Part name="CopyButton, ProviderSignIn">
            <CopyButton text="copied" />
            <ProviderSignIn label="Works" />
          </Part>
        </section>
      ))}
    </main>
  )
}

function Part({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="shown-part">
      <h2>{name}</h2>
      {children}
    </div>
  )
}

function Buttons() {
  return (
    <>
      {(['plain', 'primary', 'danger', 'quiet'] as const).map((kind) => (
        <div key={kind} className="row">
          <Button kind={kind}>{kind}</Button>
          <Button kind={kind} isDisabled>
            disabled
          </Button>
          <Button kind={kind} isPending>
            pending
          </Button>
          <Button kind={kind} aria-label={`Delete, ${kind}`}>
            <Trash2 aria-hidden="true" />
          </Button>
        </div>
      ))}
    </>
  )
}

function Fields() {
  const [text, setText] = useState('Anna')
  const [theme, setTheme] = useState<'light' | 'dark'>('light')
  const [isOn, setOn] = useState(true)
  const [isTicked, setTicked] = useState(true)
  return (
    <>
      <TextField label="Name" hint="With a hint." value={text} onChange={setText} />
      <TextField label="Wrong" value={text} onChange={setText} error="Say what to do." />
      <TextField label="Password" type="password" value={text} onChange={setText} />
      <TextField label="Day" type="date" value="2026-11-01" onChange={() => {}} />
      <TextField label="Several lines" lines={3} value={text} onChange={setText} />
      <Select
        label="Appearance"
        value={theme}
        onChange={setTheme}
        options={[
          ['light', 'Light'],
          ['dark', 'Dark'],
        ]}
      />
      <Select
        label="Disabled"
        isDisabled
        value="one"
        onChange={() => {}}
        options={[['one', 'One']]}
      />
      <Switch isSelected={isOn} onChange={setOn}>
        On or off
      </Switch>
      <Switch isSelected={false} onChange={() => {}} isDisabled>
        Disabled
      </Switch>
      <Check isSelected={isTicked} onChange={setTicked}>
        A box to tick
      </Check>
    </>
  )
}

function Dialogs() {
  const [isOpen, setOpen] = useState(false)
  const [isForm, setForm] = useState(false)
  const [isShown, setShown] = useState(false)
  const [isChanged, setChanged] = useState(false)
  useUnsaved(isChanged)
  return (
    <div className="row">
      <Button onPress={() => setOpen(true)}>Dialog</Button>
      <Dialog title="A dialog" isOpen={isOpen} onClose={() => setOpen(false)}>
        <p>Escape, or a click beside it, closes it.</p>
        <div className="buttons">
          <Button onPress={() => setOpen(false)}>Close</Button>
        </div>
      </Dialog>
      <Button onPress={() => setForm(true)}>Form</Button>
      {isForm && <FailingForm onClose={() => setForm(false)} />}
      <ConfirmButton
        label="Delete, after a question"
        title="Delete Anna?"
        confirm="Delete"
        kind="danger"
        onConfirm={async () => {}}
      >
        <p>This deletes everything stored about this person.</p>
      </ConfirmButton>
      <ConfirmButton
        label="Fails"
        title="Delete Bo?"
        confirm="Delete"
        onConfirm={async () => {
          throw new Error('The server does not respond.')
        }}
      >
        <p>This cannot be done, which the dialog says.</p>
      </ConfirmButton>
      <Button
        onPress={() =>
          showKey({
            ...{ id: 'key', name: 'Tablet', scopes: ['identify'], galleries: ['default'] },
            ...{ key: '00000000-0000-4000-8000-000000000000', expires_at: null },
            ...{ service: null, requests_per_minute: null, photos_per_day: null },
            ...{ created_at: '2026-11-01T09:00:00.000Z' },
          })
        }
      >
        A new key
      </Button>
      <Button onPress={() => setShown(true)}>A secret</Button>
      {isShown && (
        <ShownOnce
          title="Invitation for Anna"
          secret="https://faces.example/#invitation=0123456789"
          kept="I have the link"
          onClose={() => setShown(false)}
        >
          Send this link to the person.
        </ShownOnce>
      )}
      <Button
        onPress={() => {
          setChanged(true)
          // Once it counts as changed.
          setTimeout(() => leave(() => setChanged(false)))
        }}
      >
        Leave without saving
      </Button>
    </div>
  )
}

function FailingForm({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  return (
    <FormDialog
      title="A form"
      submit="Save"
      submitting="Saving…"
      isReady={name !== ''}
      other={<Button>Another way</Button>}
      onClose={onClose}
      onSubmit={async () => {
        throw new Error('This name is taken.')
      }}
    >
      <TextField label="Name" value={name} onChange={setName} isRequired autoFocus />
    </FormDialog>
  )
}

function States() {
  const loading = useQuery({ queryKey: ['never'], queryFn: () => new Promise<never>(() => {}) })
  const failed = useQuery({
    queryKey: ['failed'],
    queryFn: () => Promise.reject(new Error('The server does not respond.')),
  })
  const retry = useMutation({ mutationFn: async () => {} })
  return (
    <>
      <EmptyState title="No people added yet." action={<Button>Add person</Button>}>
        What the page is for, and what to do.
      </EmptyState>
      <Failure error={new Error('It failed, and says why.')} retry={() => retry.mutate()} />
      <Loaded query={loading}>{() => null}</Loaded>
      <Loaded query={failed}>{() => null}</Loaded>
    </>
  )
}

function Sessions() {
  const query = useQuery({ queryKey: ['sessions'], queryFn: async () => ({ items: sessions }) })
  return <AccountSessions query={query} end={async () => {}} />
}
