import { createContext, type ReactNode, use } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { EmptyState } from './parts/states.js'
import { root } from './root.js'
import { useSession } from './session.js'
import { useTexts } from './texts/index.js'

/** The gallery of addresses that name none. */
const defaultGallery = 'default'

const GalleryContext = createContext(defaultGallery)

const rootPath = root.pathname.replace(/\/$/, '')

/** The path of a page of a gallery, below the path of the server: `/people`, or `/g/garden/people`. */
const pathIn = (gallery: string, page: string) =>
  gallery === defaultGallery ? page : `/g/${encodeURIComponent(gallery)}${page}`

/** The current gallery, which the address names, and a function that shows another. */
export function useGallery(): readonly [name: string, choose: (name: string) => void] {
  const gallery = use(GalleryContext)
  const [location, go] = useLocation()
  // Ids in the address belong to this gallery, so that only the page is kept.
  const choose = (name: string) => go(`~${rootPath}${pathIn(name, `/${location.split('/')[1]}`)}`)
  return [gallery, choose]
}

/** Renders the pages of the gallery that the address names; links between them keep it. */
export function InGallery({ children }: { readonly children: ReactNode }) {
  return (
    <Switch>
      <Route path="/g/:gallery" nest>
        {({ gallery }) => <Of gallery={decodeURIComponent(gallery)}>{children}</Of>}
      </Route>
      <Route>
        <Of gallery={defaultGallery}>{children}</Of>
      </Route>
    </Switch>
  )
}

function Of({ gallery, children }: { readonly gallery: string; readonly children: ReactNode }) {
  const texts = useTexts().app
  const { caller } = useSession()
  const [location] = useLocation()
  const own = caller!.galleries
  if (own.includes('*') || own.includes(gallery)) {
    return (
      <GalleryContext key={gallery} value={gallery}>
        {children}
      </GalleryContext>
    )
  }
  const [first] = own
  if (first === undefined || gallery !== defaultGallery) {
    return (
      <main className="sign-in">
        <EmptyState
          title={caller!.account ? texts.noGalleryAccount(gallery) : texts.noGallery(gallery)}
          action={
            first && (
              <a className="button plain" href={`${rootPath}${pathIn(first, '/')}`}>
                {first}
              </a>
            )
          }
        />
      </main>
    )
  }
  return <Redirect to={`~${rootPath}${pathIn(first, location)}`} replace />
}
