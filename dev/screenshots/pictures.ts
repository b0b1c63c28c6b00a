import type { Page } from 'playwright-core'

export interface Picture {
  /** The file is docs/images/console-<name>.webp. */
  readonly name: string
  /** Behind the tenant. */
  readonly path: string
  /** A text that the page shows once it has loaded. */
  readonly ready: string
  readonly theme?: 'dark'
  readonly width?: number
  readonly height?: number
  readonly prepare?: (page: Page) => Promise<void>
}

export const PICTURES: readonly Picture[] = [
  {
    name: 'connect',
    path: 'connect',
    ready: 'Shown this once',
    height: 860,
    prepare: (page) => page.getByRole('button', { name: 'Generate another token' }).click(),
  },
  { name: 'people', path: 'people', ready: 'Member of Fleet administrators', height: 820 },
  {
    name: 'person',
    path: 'people',
    ready: 'History',
    height: 860,
    prepare: (page) => page.getByRole('button', { name: 'Noah Visser' }).click(),
  },
  { name: 'roles', path: 'roles', ready: 'Fleet administrators', height: 900 },
  { name: 'activity', path: 'activity', ready: 'Ana Ruiz: department', height: 900 },
  { name: 'administration', path: 'activity?kind=administration', ready: 'made a', height: 900 },
  { name: 'health', path: 'health', ready: 'department', height: 900 },
  { name: 'reports', path: 'reports', ready: 'NB-0412', theme: 'dark' },
  { name: 'phone', path: 'people', ready: 'Member of Fleet administrators', width: 400, height: 820 },
]
