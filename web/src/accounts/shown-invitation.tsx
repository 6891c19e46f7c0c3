import { api, type Schemas, unwrap } from '../api.js'
import { ShownOnce } from '../parts/shown-once.js'
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

/** The link of an invitation. */
export function ShownInvitation({
  name,
  made,
  onClose,
}: Invited & { readonly onClose: () => void }) {
  const { account: own } = useTexts()
  const times = useTimes()
  return (
    <ShownOnce
      title={own.invitedTitle(name)}
      secret={`${root.href}#invitation=${made.invitation}`}
      kept={own.invitationKept}
      onClose={onClose}
    >
      {own.invitationMeans(times.when(made.expires_at))}
    </ShownOnce>
  )
}
