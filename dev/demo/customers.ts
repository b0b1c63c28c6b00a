import { choose, vary } from '../simulator/variation'
import { CONTOSO } from './contoso'
import { nameOf, type Customer } from './customer'
import { ALL_EMPLOYEES, makePeople } from './people'

/** The vendor's customers of the demo: 2,000 people in all, the same each time. */

const SEED = 1

export interface DemoTenant {
  readonly slug: string
  readonly name: string
  readonly customer: Customer
  /** What a fortnight brings; those who join are the last of the customer's people. */
  readonly fortnight: Fortnight
}

interface Fortnight {
  readonly joiners: number
  readonly moves: number
  readonly grants: number
  readonly leavers: number
}

const NO_ACCESS = 'No access'

/** A customer with plain roles: IT administers, employees use, others may not enter. */
function plainCustomer(domain: string, count: number): Customer {
  const people = makePeople(domain, count)
  return {
    domain,
    people,
    groups: groupsOf(people),
    roles: {
      roles: ['Administrator', 'Loanee', NO_ACCESS],
      grantsAccess: ['Administrator', 'Loanee'],
      defaultRole: NO_ACCESS,
      rules: [
        { kind: 'attribute', attribute: 'department', value: 'IT', role: 'Administrator' },
        { group: ALL_EMPLOYEES, role: 'Loanee' },
      ],
    },
    equipment: equipmentOf(people, 'FB'),
  }
}

function largeContoso(count: number): Customer {
  const people = makePeople(CONTOSO.domain, count, CONTOSO.people)
  const invented = people.slice(CONTOSO.people.length)
  return { ...CONTOSO, people, groups: groupsOf(people), equipment: [...CONTOSO.equipment, ...equipmentOf(invented, 'CT')] }
}

const groupsOf = (people: Customer['people']) => [...new Set(people.flatMap(({ groups }) => groups))]

const MODELS = ['ThinkPad T16', 'Surface Laptop 6', 'Pixel 9', 'Galaxy Tab S10', 'MacBook Air'] as const
/** One in so many has something. */
const HOLDER_EVERY = 4

function equipmentOf(people: Customer['people'], prefix: string): Customer['equipment'] {
  return people.flatMap((one, index) => {
    const holder = nameOf(one)
    if (vary(SEED, `holds ${prefix} ${holder}`, HOLDER_EVERY) !== 0) return []
    const number = String(1000 + index)
    return [
      {
        assetTag: `${prefix}-${number}`,
        model: choose(SEED, `model ${prefix} ${holder}`, MODELS),
        serial: `SN-7${number}`,
        holder,
      },
    ]
  })
}

/** The one whose Secret Token ends on the last day but one, so that it fails from then on. */
export const FAILING = 'northwind'
/** The second one that works. */
export const FABRIKAM = 'fabrikam'

/** The large one has the slug of the command line. */
export const demoTenants = (slug: string): readonly DemoTenant[] => [
  {
    slug,
    name: 'Contoso Rentals',
    customer: largeContoso(1640),
    fortnight: { joiners: 39, moves: 110, grants: 40, leavers: 22 },
  },
  {
    slug: FABRIKAM,
    name: 'Fabrikam',
    customer: plainCustomer('fabrikam.example', 300),
    fortnight: { joiners: 9, moves: 24, grants: 10, leavers: 6 },
  },
  {
    slug: FAILING,
    name: 'Northwind Traders',
    customer: plainCustomer('northwind.example', 60),
    fortnight: { joiners: 3, moves: 8, grants: 3, leavers: 2 },
  },
]
