import type { Item } from '../api/client'
import { count } from './count'
import { WholeText } from './whole'

/** The values that something changed: what each was and is, unless neither is kept (it is sensitive, or was too long). */
export function Changes({ of: changes }: { readonly of: Item<'listActivity'>['changes'] }) {
  return (
    <details>
      <summary>{count(changes.length, 'value')}</summary>
      <dl class="changes">
        {changes.map(({ attribute, label, before, after }, index) => (
          <div key={index}>
            <dt title={attribute}>{label}</dt>
            <dd>
              {before !== undefined && (
                <del>
                  <span class="visually-hidden">was </span>
                  <WholeText text={before} />
                </del>
              )}
              {after !== undefined && (
                <ins>
                  <span class="visually-hidden">is </span>
                  <WholeText text={after} />
                </ins>
              )}
              {before === undefined && after === undefined && <span class="muted">Changed; the value is not kept</span>}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
