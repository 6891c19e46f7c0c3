import { api, type Schemas, unwrap } from '../api.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { FormError } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { useWork } from '../parts/use-work.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'
import { type Invited, inviteOwner } from './shown-invitation.js'

type Account = Schemas['Account']

/** The provider of an identity, in few letters. */
const hostOf = ({ issuer }: NonNullable<Account['identity']>) =>
  URL.canParse(issuer) ? new URL(issuer).host : issuer

/** How the owner of an account signs in, or whether the invitation to do so is open. */
export function Ways({ account }: { readonly account: Account }) {
  const { account: own } = useTexts()
  const times = useTimes()
  const { has_password, identity, invited_until: until } = account
  const ways = [...(has_password ? [own.byPassword] : []), ...(identity ? [hostOf(identity)] : [])]
  if (until === null) return ways.join(', ') || own.noWay
  const invited = isOver(until)
    ? own.invitationOver(times.when(until))
    : own.invitedUntil(times.when(until))
  return (
    <>
      {ways.join(', ')}
      <div className={ways.length > 0 ? 'hint' : ''}>{invited}</div>
    </>
  )
}

const isOver = (until: string) => Date.parse(until) <= Date.now()

/** Whether somebody waits for another invitation, since there is no other way in. */
export const waitsForInvitation = ({ has_password, identity, invited_until }: Account) =>
  !has_password && !identity && (invited_until === null || isOver(invited_until))

/** A button that invites the owner of an account to link it at the provider; nothing at a server without one. */
export function InviteButton({
  account,
  onInvited,
}: {
  readonly account: Account
  readonly onInvited: (invited: Invited) => void
}) {
  const { account: own } = useTexts()
  const { provider } = useSession()
  const { isBusy, error, start } = useWork(async () => onInvited(await inviteOwner(account)))
  if (!provider) return null
  return (
    <>
      <FormError text={error} />
      <Button isPending={isBusy} onPress={start}>
        {account.invited_until === null ? own.invite : own.inviteAgain}
      </Button>
    </>
  )
}

/** How the owner of an account signs in, with a button that unlinks it from the provider or invites the owner to link it. */
export function WaysIn({
  account,
  onUnlinked,
  onInvited,
}: {
  readonly account: Account
  readonly onUnlinked: () => void
  readonly onInvited: (invited: Invited) => void
}) {
  const { account: own } = useTexts()
  const { provider } = useSession()
  const { identity } = account
  if (!identity && !provider) return null
  return (
    <>
      <h3>{own.signsIn}</h3>
      <div className="ways">
        <Ways account={account} />
        {identity && <span className="hint"> {own.subject(identity.subject)}</span>}
      </div>
      {identity ? (
        <ConfirmButton
          label={own.unlink}
          title={own.unlinkTitle(account.name, hostOf(identity))}
          confirm={own.unlink}
          onConfirm={async () => {
            const params = { path: { account: account.id } }
            await unwrap(api.PATCH('/v1/accounts/{account}', { params, body: { subject: null } }))
            onUnlinked()
          }}
        >
          <p>{account.has_password ? own.unlinkMeans : own.unlinkMeansNoWay}</p>
        </ConfirmButton>
      ) : (
        <InviteButton account={account} onInvited={onInvited} />
      )}
    </>
  )
}
