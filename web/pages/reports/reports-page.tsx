import { useState } from 'preact/hooks'
import { Page } from '../../ui/layout'
import { DisabledHolders } from './disabled-holders'
import { EquipmentList } from './equipment-list'
import { Schedule } from './schedule'

/** Who was disabled and still has equipment, and who has what. */
export function ReportsPage() {
  const [changes, setChanges] = useState(0)
  const onChange = () => setChanges(changes + 1)
  return (
    <Page title="Reports" lead="Laptops, phones and key cards: who has them, and above all who was disabled and still has some.">
      <DisabledHolders changes={changes} onChange={onChange} />
      <Schedule />
      <EquipmentList changes={changes} onChange={onChange} />
    </Page>
  )
}
