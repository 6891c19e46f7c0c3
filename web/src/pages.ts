import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { Video } from './parts/icons.js'
import type { Scope } from './session.js'
import type { Texts } from './texts/en.js'

/** A page of the console. */
export interface Page {
  readonly id: keyof Texts['pages']
  readonly path: string
  /** What a key must be allowed; null for everybody who is signed in. */
  readonly scope: Scope | null
  /** Whether it has pages of its own under its path. */
  readonly nests?: boolean
  readonly Icon: ComponentType<{ 'aria-hidden': 'true' }>
  readonly Component: LazyExoticComponent<ComponentType>
}

/** In the order of the navigation. */
export const pages: readonly Page[] = [
  {
    id: 'live',
    path: '/',
    scope: 'identify',
    Icon: Video,
    Component: lazy(() => import('./pages/live-page.js')),
  },
]
