import { download } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Card } from '../../ui/layout'
import { ProblemNotice } from '../../ui/notice'
import { announce } from '../../ui/toast'

/** Everything of the tenant as one file. */
export function ExportSection() {
  const { slug } = useTenant()
  const fetchAll = useAction(async () => {
    await download(`/api/manage/tenants/${slug}/export`, `${slug}.ndjson`)
    announce('Export downloaded')
  })
  return (
    <Card title="Export" lead="Everything of this tenant in one file: a JSON object on each line (NDJSON).">
      <p>
        It holds every person, group and membership, roles, settings, equipment and the records of what happened. No token or key
        is in it, but personal data are: keep it where only those may read it who need it.
      </p>
      <p class="muted">
        The last line has the kind <code>end</code> and counts the others. Without it the file is not complete.
      </p>
      <div>
        <Button kind="primary" icon="download" busy={fetchAll.isRunning} onClick={() => void fetchAll.run()}>
          {fetchAll.isRunning ? 'Collecting…' : 'Download export'}
        </Button>
      </div>
      <ProblemNotice problem={fetchAll.problem} />
    </Card>
  )
}
