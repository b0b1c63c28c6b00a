import type { ComponentType } from 'preact'
import { ConnectPage } from '../pages/connect/connect-page'
import { SettingsPage } from '../pages/settings/settings-page'
import type { IconName } from '../ui/icons'

export interface PageEntry {
  /** Its part of the address, behind the tenant. */
  readonly path: string
  readonly title: string
  readonly icon: IconName
  readonly page: ComponentType
}

/** The pages of a tenant, in the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  { path: 'connect', title: 'Connect', icon: 'connect', page: ConnectPage },
  { path: 'settings', title: 'Settings', icon: 'settings', page: SettingsPage },
]

export const addressOf = (slug: string, page: string) => `/console/t/${slug}/${page}`
