import { useState } from 'react'
import { api, Problem, unwrap } from '../api.js'
import { Button } from '../parts/button.js'
import { TextField } from '../parts/fields.js'
import { FormDialog } from '../parts/form-dialog.js'
import { explain } from '../parts/states.js'
import { useSession } from '../session.js'
import type { Texts } from '../texts/en/index.js'
import { useTexts } from '../texts/index.js'

interface Vouched {
  readonly gallery: string
  readonly challenge: string
  /** Takes the result, which is accepted once within a minute. */
  readonly onVouched: (result: string) => void
}

/** Lets an administrator who stands beside a person that cannot follow a challenge vouch for them. Who vouches is not signed in. */
export function Vouch(vouched: Vouched) {
  const { open } = useTexts().challenge.vouch
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onPress={() => setOpen(true)}>{open}</Button>
      {isOpen && <VouchDialog {...vouched} onClose={() => setOpen(false)} />}
    </>
  )
}

/** The dialog. What was entered goes with it, so that the next person at the kiosk reads nothing of this one. */
function VouchDialog({
  gallery,
  challenge,
  onVouched,
  onClose,
}: Vouched & { readonly onClose: () => void }) {
  const texts = useTexts()
  const { may, hasAccounts } = useSession()
  const { vouch: own } = texts.challenge
  const [isByKey, setByKey] = useState(!hasAccounts)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [key, setKey] = useState('')
  const [reason, setReason] = useState('')
  const isAdministrator = may('admin')

  async function vouch(): Promise<void> {
    const params = { path: { gallery, id: challenge } }
    const asked = isAdministrator
      ? api.POST('/v1/galleries/{gallery}/liveness/{id}/override', { params, body: { reason } })
      : api.POST('/v1/galleries/{gallery}/liveness/{id}/vouch', {
          params,
          body: isByKey ? { reason, key } : { reason, name, password },
        })
    try {
      const { result } = await unwrap<{ result: string }>(asked)
      onClose()
      onVouched(result)
    } catch (failure) {
      setPassword('')
      setKey('')
      throw failure
    }
  }

  return (
    <FormDialog
      title={own.title}
      submit={own.submit}
      other={
        !isAdministrator &&
        hasAccounts && (
          <Button onPress={() => setByKey(!isByKey)}>{isByKey ? own.byAccount : own.byKey}</Button>
        )
      }
      sentence={refusal}
      onSubmit={vouch}
      onClose={onClose}
    >
      <p>{own.explain}</p>
      {!isAdministrator && isByKey && (
        <TextField
          label={texts.signIn.key}
          type="password"
          value={key}
          onChange={setKey}
          isRequired
          autoFocus
          autoComplete="off"
        />
      )}
      {!isAdministrator && !isByKey && (
        <>
          <TextField
            label={texts.signIn.name}
            value={name}
            onChange={setName}
            isRequired
            autoFocus
            autoComplete="off"
          />
          <TextField
            label={texts.signIn.password}
            type="password"
            value={password}
            onChange={setPassword}
            isRequired
            autoComplete="off"
          />
        </>
      )}
      <TextField
        label={own.reason}
        value={reason}
        onChange={setReason}
        hint={own.reasonHint}
        isRequired
        autoFocus={isAdministrator}
      />
    </FormDialog>
  )
}

/** Why somebody was not let pass. */
function refusal(failure: unknown, texts: Texts): string {
  const { refusals } = texts.challenge.vouch
  const code = failure instanceof Problem ? failure.code : ''
  return code in refusals ? refusals[code as keyof typeof refusals] : explain(failure, texts)
}
