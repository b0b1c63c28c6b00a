import type { ComponentType } from 'preact'
import { addressOf, useAddress } from '../../shell/router'
import { useTenant, type TenantPage } from '../../shell/tenant'
import { Page } from '../../ui/layout'
import { Empty } from '../../ui/loaded'
import { Sections } from '../../ui/sections'
import { AttributesSection } from './attributes'
import { BrandingSection } from './branding'
import { DangerSection } from './danger'
import { DirectorySection } from './directory'
import { ExportSection } from './export'
import { LinksSection } from './links'
import { TenantKeysSection } from './product-keys'
import { RetentionSection } from './retention'
import { WebhooksSection } from './webhooks'

interface Section {
  /** Its part of the address. */
  readonly path: string
  readonly title: string
  readonly section: ComponentType
  /** Who may see it; everybody unless given. */
  readonly isFor?: (tenant: TenantPage) => boolean
}

const SECTIONS: readonly Section[] = [
  { path: 'directory', title: 'Directory', section: DirectorySection },
  { path: 'attributes', title: 'Custom attributes', section: AttributesSection },
  { path: 'branding', title: 'Branding', section: BrandingSection },
  { path: 'webhooks', title: 'Webhooks', section: WebhooksSection },
  { path: 'links', title: 'Setup links', section: LinksSection },
  { path: 'retention', title: 'Retention', section: RetentionSection },
  { path: 'keys', title: 'Product keys', section: TenantKeysSection, isFor: ({ isOperator }) => isOperator },
  { path: 'export', title: 'Export', section: ExportSection, isFor: ({ isAdmin }) => isAdmin },
  { path: 'danger', title: 'Danger zone', section: DangerSection, isFor: ({ isOperatorAdmin }) => isOperatorAdmin },
]

/** What a tenant's people and its operator set, a section at a time. */
export function SettingsPage() {
  const tenant = useTenant()
  const [, , , current = 'directory'] = useAddress().path
  const base = addressOf(tenant.slug, 'settings')
  const sections = SECTIONS.filter(({ isFor = () => true }) => isFor(tenant))
  const shown = sections.find(({ path }) => path === current)
  return (
    <Page title="Settings">
      <Sections
        label="Settings"
        current={current}
        entries={sections.map(({ path, title }) => ({ path, title, to: `${base}/${path}` }))}
      >
        {shown === undefined ? (
          <Empty icon="lock" title="There is nothing to set here" text="Your sign-in does not open it, or it does not exist." />
        ) : (
          <shown.section key={shown.path} />
        )}
      </Sections>
    </Page>
  )
}
