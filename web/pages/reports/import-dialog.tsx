import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { TextArea } from '../../ui/field'
import { Notice } from '../../ui/notice'
import { announce } from '../../ui/toast'
import { FilePicker, type PickedFile } from './file-picker'
import { ImportProblem } from './import-problem'

/** Takes an inventory as a file or as text that was pasted. Nothing of it is stored when anything is wrong. */
export function ImportDialog({ onClose, onChange }: { readonly onClose: () => void; readonly onChange: () => void }) {
  const tenant = useTenant()
  const [file, setFile] = useState<PickedFile>()
  const [pasted, setPasted] = useState('')
  const csv = file?.text ?? pasted
  const send = useAction(async () => {
    const outcome = await answered(
      api.POST('/api/manage/tenants/{tenant}/equipment/import', {
        params: { path: pathOf(tenant) },
        body: csv,
        bodySerializer: (text: unknown) => String(text),
        headers: { 'Content-Type': 'text/csv' },
      }),
    )
    const { created, changed, unchanged } = outcome
    announce(`Imported: ${created} created, ${changed} changed, ${unchanged} unchanged`)
    onClose()
    onChange()
  })
  return (
    <Dialog
      title="Import equipment"
      wide
      onClose={onClose}
      actions={
        <>
          <Button kind="primary" busy={send.isRunning} disabled={csv.trim() === ''} onClick={() => void send.run()}>
            Import
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <Help />
      <FilePicker
        file={file}
        onPick={(picked) => {
          setFile(picked)
          send.clear()
        }}
      />
      {file === undefined && (
        <TextArea
          label="Or paste the rows here"
          rows={6}
          value={pasted}
          onInput={setPasted}
          hint="With the row of column names."
        />
      )}
      <Notice>
        Items go to the people whom the list names, whoever had them before. Items that it does not name stay as they are. The
        same list can be imported again. When a row is wrong, nothing of the list is stored.
      </Notice>
      {send.isRunning && <p role="status">Importing. A list of thousands takes a minute or two.</p>}
      <ImportProblem problem={send.problem} />
    </Dialog>
  )
}

const COLUMNS = [
  ['assetTag', 'needed', 'Unique; at most 64 characters, without / and \\'],
  ['assignee', 'needed', 'userName, id or product id of the person'],
  ['model', 'may be empty', 'Empty: as it was'],
  ['serial', 'may be empty', 'Empty: as it was'],
  ['since', 'may be empty', 'A day such as 2026-03-01. Empty: as it was, or today for a new assignee'],
] as const

function Help() {
  return (
    <div class="stack">
      <p>
        The first row names the columns, in any order. Commas, semicolons or tabs part the cells, as a spreadsheet saves them. Up
        to 5,000 items at once.
      </p>
      <dl class="columns">
        {COLUMNS.map(([name, need, what]) => (
          <div key={name}>
            <dt>
              <code>{name}</code> <span class="muted">{need}</span>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <pre>{'assetTag,model,serial,assignee,since\nPC-1042,ThinkPad T14,PF-3X1,ada@contoso.example,2026-03-01'}</pre>
    </div>
  )
}
