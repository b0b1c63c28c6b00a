import { Section } from '../../ui/section'
import { WholeText } from '../../ui/whole'
import { attributeGroups } from './attribute-rows'

/** What the directory has sent, by schema. */
export function Attributes({ of: attributes }: { readonly of: Readonly<Record<string, unknown>> }) {
  return (
    <Section title="Attributes">
      {attributeGroups(attributes).map(({ urn, title, rows }) => (
        <div key={urn ?? ''} class="attributes">
          {urn !== undefined && (
            <h4>
              {title} <code>{urn}</code>
            </h4>
          )}
          <dl>
            {rows.map(({ path, label, values }) => (
              <div key={path}>
                <dt title={path}>{label}</dt>
                <dd>
                  {values.map((value, index) => (
                    <div key={index}>{value === '' ? <span class="muted">Empty</span> : <WholeText text={value} />}</div>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </Section>
  )
}
