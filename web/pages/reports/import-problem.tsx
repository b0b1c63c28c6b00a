import type { Problem } from '../../api/problem'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Table } from '../../ui/table'

const MAX_TOLD = 100

/** What is wrong with the list, row by row as a spreadsheet numbers them. */
export function ImportProblem({ problem }: { readonly problem: Problem | undefined }) {
  if (problem === undefined || problem.fields.length === 0) return <ProblemNotice problem={problem} />
  const rows = problem.fields.map(({ path, detail }, index) => ({ key: `${index}`, ...placeOf(path), detail }))
  return (
    <div class="stack">
      <Notice kind="error" title="Nothing was stored">
        {rows.length === 1
          ? 'One thing is'
          : rows.length < MAX_TOLD
            ? `${rows.length} things are`
            : 'The first 100 things that are'}{' '}
        wrong in the list. Correct {rows.length === 1 ? 'it' : 'them'} and import it again.
      </Notice>
      <Table
        caption="What is wrong"
        rows={rows}
        keyOf={({ key }) => key}
        columns={[
          { title: 'Row', width: '70px', cell: ({ row }) => row },
          { title: 'Column', width: '130px', cell: ({ column }) => column },
          { title: 'What is wrong', cell: ({ detail }) => detail },
        ]}
      />
    </div>
  )
}

/** "row 3, assignee" and "row 1, cell 4" as the API names places in a CSV; other places stand for the whole list. */
function placeOf(path: string): { readonly row: string; readonly column: string } {
  const [, row = 'All', column = ''] = /^row (\d+)(?:, (.+))?$/.exec(path) ?? []
  return { row, column }
}
