import { type FormEvent, useState } from 'react'

import { api, Problem, unwrap } from '../api.js'
import { Button } from '../parts/button.js'
import { Dialog } from '../parts/dialog.js'
import { TextField } from '../parts/fields.js'
import { explain } from '../parts/states.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

/**
 * Lets an administrator who stands beside a person that cannot follow a challenge vouch for them. Who vouches is not signed in.
 *
 * @param onVouched - Takes the result, which is accepted once within a minute.
 */
export function Vouch({
  gallery,
  challenge,
  onVouched,
}: {
  readonly gallery: string
  readonly challenge: string
  readonly onVouched: (result: string) => void
}) {
  const texts = useTexts()
  const { may, hasAccounts } = useSession()
  const { vouch: own } = texts.challenge
  const [isOpen, setOpen] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [isByKey, setByKey] = useState(!hasAccounts)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [key, setKey] = useState('')
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string>()
  const isAdministrator = may('admin')
  const close = () => {
    setOpen(false)
    // The next person at the kiosk reads nothing of this one.
    setName('')
    setPassword('')
    setKey('')
    setReason('')
    setError(undefined)
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    const params = { path: { gallery, id: challenge } }
    try {
      const { result } = isAdministrator
        ? await unwrap(
            api.POST('/v1/galleries/{gallery}/liveness/{id}/override', {
              params,
              body: { reason },
            }),
          )
        : await unwrap(
            api.POST('/v1/galleries/{gallery}/liveness/{id}/vouch', {
              params,
              body: isByKey ? { reason, key } : { reason, name, password },
            }),
          )
      close()
      onVouched(result)
    } catch (failure) {
      setPassword('')
      setKey('')
      setError(
        failure instanceof Problem && failure.code in own.refusals
          ? own.refusals[failure.code as keyof typeof own.refusals]
          : explain(failure, texts),
      )
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <Button onPress={() => setOpen(true)}>{own.open}</Button>
      <Dialog title={own.title} isOpen={isOpen} onClose={close}>
        <form onSubmit={(event) => void submit(event)} autoComplete="off">
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
          {error && (
            <p className="field-error" role="alert">
              {error}
            </p>
          )}
          <div className="buttons">
            {!isAdministrator && hasAccounts && (
              <Button onPress={() => setByKey(!isByKey)}>
                {isByKey ? own.byAccount : own.byKey}
              </Button>
            )}
            <Button onPress={close}>{texts.app.cancel}</Button>
            <Button kind="primary" type="submit" isPending={isBusy}>
              {own.submit}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
