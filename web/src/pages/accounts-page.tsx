import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ChangedAccount } from '../accounts/changed-account.js'
import { NewAccount } from '../accounts/new-account.js'
import { type Invited, ShownInvitation } from '../accounts/shown-invitation.js'
import { InviteButton, Ways, waitsForInvitation } from '../accounts/ways-in.js'
import { api, type Schemas, unwrap } from '../api.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Plus } from '../parts/icons.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { EmptyState } from '../parts/states.js'
import { Table } from '../parts/table.js'
import { useTimes } from '../parts/times.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

type Account = Schemas['Account']

/** The people who may sign in, for administrators. */
export default function AccountsPage() {
  const texts = useTexts()
  const { account: own } = texts
  const times = useTimes()
  const { caller, check } = useSession()
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [changed, setChanged] = useState<Account | null>(null)
  const [invited, setInvited] = useState<Invited | null>(null)
  const query = useQuery({ queryKey: ['accounts'], queryFn: () => unwrap(api.GET('/v1/accounts')) })
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ['accounts'] })
    // The own role may have changed.
    check()
  }
  const invite = (invitation: Invited) => {
    setChanged(null)
    setInvited(invitation)
    void refresh()
  }
  return (
    <>
      <PageHeader title={texts.pages.accounts}>
        <Button kind="primary" onPress={() => setAdding(true)}>
          <Plus aria-hidden="true" /> {own.add}
        </Button>
      </PageHeader>
      <p className="hint">{own.explain}</p>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={own.none}>{own.noneHint}</EmptyState>
          ) : (
            <Table
              label={texts.pages.accounts}
              columns={[
                ...[texts.signIn.name, own.role, texts.keys.galleries],
                ...[own.signsIn, own.lastSignIn],
              ]}
              items={items}
              keyOf={({ id }) => id}
              cells={(account) => [
                <>
                  {account.name}{' '}
                  {account.id === caller?.account?.id && <span className="tag">{own.you}</span>}
                  {account.disabled && <span className="tag">{own.disabled}</span>}
                </>,
                own.roles[account.role],
                account.galleries.includes('*') ? texts.keys.all : account.galleries.join(', '),
                <Ways key={account.id} account={account} />,
                account.signed_in_at ? times.when(account.signed_in_at) : own.never,
              ]}
              buttons={(account) => (
                <>
                  {waitsForInvitation(account) && (
                    <InviteButton account={account} onInvited={invite} />
                  )}
                  <Button
                    aria-label={`${own.change}: ${account.name}`}
                    onPress={() => setChanged(account)}
                  >
                    {own.change}
                  </Button>
                  <ConfirmButton
                    label={own.remove}
                    title={own.removeTitle(account.name)}
                    confirm={own.remove}
                    onConfirm={async () => {
                      const params = { path: { account: account.id } }
                      await unwrap(api.DELETE('/v1/accounts/{account}', { params }))
                      await refresh()
                    }}
                  >
                    <p>{own.removeMeans}</p>
                  </ConfirmButton>
                </>
              )}
            />
          )
        }
      </Loaded>
      {isAdding && (
        <NewAccount
          onClose={() => setAdding(false)}
          onMade={(invitation) => {
            setAdding(false)
            setInvited(invitation)
            void refresh()
          }}
        />
      )}
      {changed && (
        <ChangedAccount
          account={changed}
          onClose={() => setChanged(null)}
          onChanged={() => {
            setChanged(null)
            void refresh()
          }}
          onInvited={invite}
        />
      )}
      {invited && <ShownInvitation {...invited} onClose={() => setInvited(null)} />}
    </>
  )
}
