import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { OpenedInvitation } from './accounts/opened-invitation.js'
import { api, unwrap } from './api.js'
import { InGallery, useGallery } from './gallery.js'
import { useKioskLock } from './kiosk-lock.js'
import { SignInPage } from './pages/sign-in-page.js'
import { type Page, pages } from './pages.js'
import { Boundary } from './parts/boundary.js'
import { Button } from './parts/button.js'
import { Select } from './parts/fields.js'
import { CircleUserRound, LogOut, Menu, X } from './parts/icons.js'
import { Shortcuts } from './parts/shortcuts.js'
import { ShownKey } from './parts/shown-key.js'
import { EmptyState } from './parts/states.js'
import { Toasts } from './parts/toasts.js'
import { LeaveDialog, leave } from './parts/unsaved.js'
import { usePreference } from './preferences.js'
import { addressOf } from './root.js'
import { SessionProvider, useSession } from './session.js'
import { useTexts } from './texts/index.js'

const KioskPage = lazy(() => import('./pages/kiosk-page.js'))

/** The root component of the console. */
export function App() {
  const texts = useTexts()
  useTheme()
  return (
    <SessionProvider
      failed={
        <main className="sign-in">
          <EmptyState isPage title={texts.app.unreachable}>
            {texts.app.unreachableHint}
          </EmptyState>
        </main>
      }
    >
      <SignedIn />
      <Toasts />
      <ShownKey />
      <LeaveDialog />
    </SessionProvider>
  )
}

function SignedIn() {
  const { caller } = useSession()
  const isLocked = useKioskLock()
  if (!caller) return <SignInPage />
  return (
    <InGallery>
      <Suspense fallback={null}>
        <Switch>
          <Route {...(isLocked ? {} : { path: '/kiosk' })}>
            <Boundary page="kiosk">
              <KioskPage />
            </Boundary>
          </Route>
          <Route>
            <Shell />
          </Route>
        </Switch>
      </Suspense>
    </InGallery>
  )
}

/** The layout: navigation beside the page, or above it on narrow screens. */
function Shell() {
  const texts = useTexts()
  const [isMenuOpen, setMenuOpen] = useState(false)
  const [location] = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when another page is shown.
  useEffect(() => setMenuOpen(false), [location])
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {texts.app.skip}
      </a>
      <header className="bar">
        <Link href="/" className="brand">
          <img src={addressOf('/icon.svg')} alt="" width="28" height="28" /> agnize
        </Link>
        <Button
          kind="quiet"
          className="menu-button"
          aria-label={texts.app.menu}
          aria-expanded={isMenuOpen}
          aria-controls="navigation"
          onPress={() => setMenuOpen(!isMenuOpen)}
        >
          {isMenuOpen ? <X aria-hidden="true" /> : <Menu aria-hidden="true" />}
        </Button>
      </header>
      <div className={`side ${isMenuOpen ? 'open' : ''}`} id="navigation">
        <Navigation />
        <Account />
      </div>
      <Shortcuts />
      <OpenedInvitation />
      <main id="content" tabIndex={-1}>
        <Boundary page={location}>
          <Suspense fallback={<p className="hint">{texts.app.loading}</p>}>
            <Switch>
              {pages.map((page) => (
                <Route key={page.id} path={page.path} nest={page.nests ?? false}>
                  <Allowed page={page} />
                </Route>
              ))}
              <Route>
                <EmptyState
                  isPage
                  title={texts.app.notFound}
                  action={
                    <Link href="/" className="button plain">
                      {texts.pages.home}
                    </Link>
                  }
                />
              </Route>
            </Switch>
          </Suspense>
        </Boundary>
      </main>
    </div>
  )
}

function Allowed({ page }: { readonly page: Page }): ReactNode {
  const texts = useTexts()
  const { may, caller } = useSession()
  const title = texts.pages[page.id]
  useEffect(() => {
    document.title = `${title} · agnize`
  }, [title])
  // A key without the scope `read` starts on the first page that it may open.
  if (page.id === 'home' && !may('read')) {
    return <Redirect to={may('identify') ? '/live' : '/settings'} replace />
  }
  if (page.scope && !may(page.scope)) {
    if (caller?.account) {
      const role = texts.account.roles[caller.account.role]
      return (
        <EmptyState isPage title={texts.app.notAllowedRole(role)}>
          {texts.app.notAllowedRoleHint}
        </EmptyState>
      )
    }
    return (
      <EmptyState isPage title={texts.app.notAllowed}>
        {texts.app.notAllowedHint(texts.keys.scopes[page.scope] ?? page.scope)}
      </EmptyState>
    )
  }
  return <page.Component />
}

function Navigation() {
  const texts = useTexts()
  const { may } = useSession()
  const [location] = useLocation()
  const allowed = pages.filter(({ scope, isApart }) => !isApart && (scope === null || may(scope)))
  const list = (some: readonly Page[]) =>
    some.map(({ id, path, Icon }) => {
      const isCurrent = location === path || (path !== '/' && location.startsWith(`${path}/`))
      return (
        <li key={id}>
          <Link href={path} aria-current={isCurrent ? 'page' : undefined}>
            <Icon aria-hidden="true" /> {texts.pages[id]}
          </Link>
        </li>
      )
    })
  return (
    <nav aria-label={texts.app.menu}>
      <ul>{list(allowed.filter(({ isAdministration }) => !isAdministration))}</ul>
      <h2 id="administration">{texts.app.administration}</h2>
      <ul aria-labelledby="administration">
        {list(allowed.filter(({ isAdministration }) => isAdministration))}
      </ul>
    </nav>
  )
}

function Account() {
  const { app: texts, account, pages: titles } = useTexts()
  const { caller, isSignedIn, signOut, may } = useSession()
  const [location] = useLocation()
  const [gallery, choose] = useGallery()
  const { data } = useQuery({
    queryKey: ['galleries'],
    queryFn: () => unwrap(api.GET('/v1/galleries')),
    enabled: may('read'),
  })
  const names = data?.items.map(({ name }) => name) ?? caller!.galleries.filter((n) => n !== '*')
  return (
    <div className="account">
      {names.length > 1 && (
        <Select
          label={texts.gallery}
          value={gallery}
          onChange={choose}
          options={names.map((name) => [name, name])}
        />
      )}
      {caller?.account && (
        <nav aria-label={titles.account}>
          <Link href="/account" aria-current={location === '/account' ? 'page' : undefined}>
            <CircleUserRound aria-hidden="true" />
            <span className="own-account">
              {caller.name}
              <span className="hint"> {account.roles[caller.account.role]}</span>
            </span>
          </Link>
        </nav>
      )}
      {isSignedIn && (
        <Button kind="quiet" onPress={() => leave(() => void signOut())}>
          <LogOut aria-hidden="true" /> {texts.signOut}
        </Button>
      )}
    </div>
  )
}

function useTheme(): void {
  const [theme] = usePreference('theme')
  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
}
