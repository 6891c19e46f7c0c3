import { api, type Schemas, unwrap } from '../api.js'
import { Button } from '../parts/button.js'
import { CopyButton } from '../parts/copy-button.js'
import { Dialog } from '../parts/dialog.js'
import { useTimes } from '../parts/times.js'
import { root } from '../root.js'
import { useTexts } from '../texts/index.js'

/** An invitation that has just been made, and for whom. */
export interface Invited {
  readonly name: string
  readonly made: Schemas['Invitation']
}

/** Invites the owner of an account to link it at the provider. */
export async function inviteOwner({ id, name }: Schemas['Account']): Promise<Invited> {
  const params = { path: { account: id } }
  return { name, made: await unwrap(api.POST('/v1/accounts/{account}/invitation', { params })) }
}

/** The link of an invitation, which is visible only once; only its button closes it. */
export function ShownInvitation({
  name,
  made,
  onClose,
}: Invited & { readonly onClose: () => void }) {
  const { account: own } = useTexts()
  const times = useTimes()
  const link = `${root.href}#invitation=${made.invitation}`
  return (
    <Dialog title={own.invitedTitle(name)} isOpen onClose={onClose} role="alertdialog" isHeld>
      <p>{own.invitationMeans(times.when(made.expires_at))}</p>
      <p>
        <code className="secret">{link}</code>
      </p>
      <div className="buttons">
        <CopyButton text={link} />
        <Button kind="primary" onPress={onClose}>
          {own.invitationKept}
        </Button>
      </div>
    </Dialog>
  )
}
