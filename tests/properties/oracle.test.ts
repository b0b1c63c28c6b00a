import * as fc from 'fast-check'
import { parse, type Filter as TheirFilter } from 'scim2-parse-filter'
import { printPath } from '../../shared/scim/schema/attribute-path'
import { ScimError } from '../../shared/scim/errors'
import { parseFilter, type Filter } from '../../shared/scim/filter/filter'
import { userType } from '../../shared/scim/schema/schemas'

/**
 * scim2-parse-filter as an oracle of the grammar alone: names are such that no schema knows, so that types play no part.
 * Texts are short and without line breaks, on which it can hang.
 */

interface Difference {
  /** What the texts have in common. */
  readonly what: string
  readonly clause: string
  readonly ours: 'accepts' | 'refuses' | 'reads otherwise'
  readonly is: RegExp
  readonly example: string
}

const differences: readonly Difference[] = [
  {
    what: 'not without parentheses',
    clause: 'RFC 7644 section 3.4.2.2, figure 1: *1"not" "(" FILTER ")"',
    ours: 'refuses',
    is: /\bnot +(?! *\()/i,
    example: 'not a pr',
  },
  {
    what: 'not between two expressions',
    clause: 'RFC 7644 section 3.4.2.2, figure 1: expressions are joined by "and" or "or"',
    ours: 'refuses',
    is: /(?<!^|[([]|\b(?:and|or|not))\s+not\b/i,
    example: '(a pr) not (b pr)',
  },
  {
    what: 'brackets in brackets',
    clause: 'RFC 7644 section 3.4.2.2, figure 1: valFilter has no valuePath',
    ours: 'refuses',
    is: /\[[^\]]*\[/,
    example: 'a[b[c pr]]',
  },
  {
    what: 'a name that begins with a digit',
    clause: 'RFC 7644 section 3.4.2.2, figure 1: ATTRNAME = ALPHA *(nameChar)',
    ours: 'refuses',
    is: /(?:^|[( [.])\d/,
    example: '5 pr',
  },
  {
    what: 'a sub-attribute of a sub-attribute, or a URN, in brackets',
    clause: 'RFC 7643 section 2.3.8: a sub-attribute has none of its own',
    ours: 'refuses',
    is: /(?:\[[^\]]*|\]\.)[\w-]+[.:][a-z]/i,
    example: 'a[b.c pr]',
  },
  {
    what: 'null with an operator of order or of text',
    clause: 'RFC 7644 section 3.4.2.2, table 3: these compare with a value',
    ours: 'refuses',
    is: /\b(?:co|sw|ew|gt|ge|lt|le) +null\b/i,
    example: 'a gt null',
  },
  {
    what: 'text without quotes behind eq',
    clause: "samples in Microsoft's documentation write it",
    ours: 'accepts',
    is: /\beq +[^" ()[\]]/i,
    example: 'a eq bare',
  },
  {
    what: 'booleans in another letter case',
    clause: 'docs/entra-facts.md 0.4: Entra ID writes True and False',
    ours: 'accepts',
    is: /\bTrue\b/,
    example: 'a ne True',
  },
  {
    what: 'a negative number that is not the end',
    clause: 'RFC 7159 section 6: a number may begin with a minus',
    ours: 'accepts',
    is: / -1[ )\]]/,
    example: '(a ge -1)',
  },
  {
    what: 'a backslash at the end of a text',
    clause: 'RFC 7159 section 7',
    ours: 'accepts',
    is: /"\\\\"/,
    example: String.raw`a ne "\\"`,
  },
  {
    what: 'an escape other than the quote',
    clause: 'RFC 7159 section 7',
    ours: 'reads otherwise',
    is: /"é\\n"/,
    example: String.raw`a ne "é\n"`,
  },
  {
    what: 'a sub-attribute behind brackets',
    clause: 'docs/entra-facts.md 6.4: the entry that satisfies the brackets is meant, not any entry',
    ours: 'reads otherwise',
    is: /\]\.[a-z]/i,
    example: 'a[b pr].c eq "x"',
  },
]

type Shape = string
/** The shape; undefined when the parser refuses the text. A refusal of ours is a ScimError; theirs throws what it has. */
function outcome(read: () => Shape, isRefusal: (error: unknown) => boolean): Shape | undefined {
  try {
    return read()
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}

/** One form for both trees, in which a chain of one connective is a flat list. */
function ourShape(filter: Filter): Shape {
  switch (filter.kind) {
    case 'present':
      return `(pr ${printPath(filter.path)})`
    case 'compare':
      return `(${filter.operator} ${printPath(filter.path)} ${JSON.stringify(filter.value)})`
    case 'and':
    case 'or':
      return `(${filter.kind} ${[...chain(filter, filter.kind)].map(ourShape).join(' ')})`
    case 'not':
      return `(not ${ourShape(filter.operand)})`
    case 'valuePath':
      return `(${printPath(filter.path)} ${ourShape(filter.filter)})`
  }
}
function chain(filter: Filter, kind: 'and' | 'or'): Filter[] {
  return filter.kind === kind ? [...chain(filter.left, kind), ...chain(filter.right, kind)] : [filter]
}

function theirShape(filter: TheirFilter): Shape {
  if ('filters' in filter) return `(${filter.op} ${theirChain(filter, filter.op).map(theirShape).join(' ')})`
  if ('filter' in filter) return `(not ${theirShape(filter.filter)})`
  if ('valFilter' in filter) return `(${filter.attrPath} ${theirShape(filter.valFilter)})`
  if (!('compValue' in filter)) return `(pr ${filter.attrPath})`
  return `(${filter.op} ${filter.attrPath} ${JSON.stringify(filter.compValue)})`
}
function theirChain(filter: TheirFilter, op: 'and' | 'or'): TheirFilter[] {
  return filter.op === op ? filter.filters.flatMap((part) => theirChain(part, op)) : [filter]
}

const ours = (text: string) =>
  outcome(
    () => ourShape(parseFilter(text, userType)),
    (error) => error instanceof ScimError,
  )
const theirs = (text: string) =>
  outcome(
    () => theirShape(parse(text)),
    (error) => error instanceof Error,
  )

function verdict(text: string): 'same' | Difference['ours'] {
  const [our, their] = [ours(text), theirs(text)]
  if (our === their) return 'same'
  if (our === undefined) return 'refuses'
  return their === undefined ? 'accepts' : 'reads otherwise'
}

const names = ['a', 'b', 'c.d', 'urn:x:y:e', 'f-g_1']
const words = [...names, ...names, 'pr', 'eq', 'NE', 'co', 'gt', 'and', 'or', 'And', 'OR', 'not', 'NOT']
const marks = ['(', ')', '[', ']', '].']
const values = [
  '"x"',
  '""',
  '"x y"',
  '"a) or ["',
  String.raw`"\"q"`,
  String.raw`"\\"`,
  String.raw`"é\n"`,
  'true',
  'false',
  'null',
  'True',
  '5',
  '-1',
  '1.5',
  '1e3',
  'bare',
]
/** Any tokens in any order; mostly nonsense. */
const soup = fc
  .array(fc.constantFrom(...words, ...marks, ...values), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(' '))
/** Made by the grammar, then one token may be lost, doubled or replaced. */
const sentence = fc
  .letrec<{ any: string; inner: string; term: string }>((tie) => ({
    term: fc.oneof(
      fc.constantFrom(...names).map((name) => `${name} pr`),
      fc
        .tuple(fc.constantFrom(...names), fc.constantFrom('eq', 'NE', 'gt', 'ew'), fc.constantFrom(...values))
        .map((parts) => parts.join(' ')),
    ),
    inner: fc.oneof(
      { maxDepth: 2 },
      tie('term'),
      fc.tuple(tie('inner'), fc.constantFrom('and', 'or'), tie('inner')).map((parts) => parts.join(' ')),
    ),
    any: fc.oneof(
      { maxDepth: 3, depthSize: 'large' },
      tie('term'),
      fc.tuple(tie('any'), fc.constantFrom(' and ', ' or ', ' OR '), tie('any')).map((parts) => parts.join('')),
      tie('any').map((one) => `( ${one} )`),
      tie('any').map((one) => `not ( ${one} )`),
      tie('inner').map((one) => `a [ ${one} ]`),
      fc.tuple(tie('inner'), tie('term')).map(([one, term]) => `a [ ${one} ].${term}`),
    ),
  }))
  .any.chain((text) => {
    const parts = text.split(' ')
    return fc
      .tuple(
        fc.nat(parts.length - 1),
        fc.constantFrom<string[] | undefined>(undefined, undefined, [], ['('], [')'], ['and'], ['a']),
      )
      .map(([place, instead]) => (instead === undefined ? text : parts.toSpliced(place, 1, ...instead).join(' ')))
  })
const text = fc.oneof(soup, sentence, sentence).filter((one) => one.length < 200)

test('the oracle agrees, but for the differences listed', () => {
  let same = 0
  fc.assert(
    fc.property(text, (one) => {
      const found = verdict(one)
      if (found === 'same' && ours(one) !== undefined) same += 1
      const isListed = differences.some((difference) => difference.ours === found && difference.is.test(one))
      expect([one, found === 'same' || isListed ? 'agreed' : found]).toEqual([one, 'agreed'])
    }),
    { numRuns: 2000 },
  )
  expect(same).toBeGreaterThan(100)
})

test.each(differences)('$what: Rollcall $ours ($clause)', ({ example, is, ours: wanted }) => {
  expect([verdict(example), is.test(example)]).toEqual([wanted, true])
})
