import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import {
  Cctv,
  ChartSpline,
  CircleUserRound,
  History,
  House,
  Images,
  KeyRound,
  Package,
  Pencil,
  Settings,
  ShieldCheck,
  Stethoscope,
  UserCog,
  UserSearch,
  Users,
  Video,
} from './parts/icons.js'
import type { Scope } from './session.js'
import type { Texts } from './texts/en/index.js'

/** A page of the console. */
export interface Page {
  readonly id: keyof Texts['pages']
  readonly path: string
  /** The scope that a key needs for it; null if every key may open it. */
  readonly scope: Scope | null
  /** Whether its path has subpages. */
  readonly nests?: boolean
  /** Whether it belongs to administration, not to everyday use. */
  readonly isAdministration?: boolean
  /** Whether the navigation leaves it out, since something else leads there. */
  readonly isApart?: boolean
  readonly Icon: ComponentType<{ 'aria-hidden': 'true' }>
  readonly Component: LazyExoticComponent<ComponentType>
}

const page = (
  id: Page['id'],
  path: string,
  scope: Scope | null,
  Icon: Page['Icon'],
  load: () => Promise<{ default: ComponentType }>,
): Page => ({ id, path, scope, Icon, Component: lazy(load) })

const administration: readonly Page[] = [
  page('corrections', '/corrections', 'read', Pencil, () => import('./pages/corrections-page.js')),
  page('reports', '/reports', 'read', ChartSpline, () => import('./pages/reports-page.js')),
  page('models', '/models', 'read', Package, () => import('./pages/models-page.js')),
  page('accounts', '/accounts', 'admin', UserCog, () => import('./pages/accounts-page.js')),
  page('keys', '/keys', 'admin', KeyRound, () => import('./pages/keys-page.js')),
  page('privacy', '/privacy', 'admin', ShieldCheck, () => import('./pages/privacy-page.js')),
  page(
    'diagnostics',
    '/diagnostics',
    'admin',
    Stethoscope,
    () => import('./pages/diagnostics-page.js'),
  ),
  page('settings', '/settings', null, Settings, () => import('./pages/settings-page.js')),
].map((each) => ({ ...each, isAdministration: true }))

/** The pages, in the order of the navigation. */
export const pages: readonly Page[] = [
  page('home', '/', 'read', House, () => import('./pages/home-page.js')),
  page('live', '/live', 'identify', Video, () => import('./pages/live-page.js')),
  page('identify', '/identify', 'identify', UserSearch, () => import('./pages/identify-page.js')),
  page('compare', '/compare', 'identify', Images, () => import('./pages/compare-page.js')),
  {
    ...page('people', '/people', 'read', Users, () => import('./pages/people-page.js')),
    nests: true,
  },
  page('visitors', '/visitors', 'read', CircleUserRound, () => import('./pages/visitors-page.js')),
  page('events', '/events', 'read', History, () => import('./pages/events-page.js')),
  page('cameras', '/cameras', 'read', Cctv, () => import('./pages/cameras-page.js')),
  ...administration,
  {
    ...page('account', '/account', null, CircleUserRound, () => import('./pages/account-page.js')),
    isApart: true,
  },
]
