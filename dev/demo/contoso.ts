import type { Customer, DemoPerson } from './customer'

/** A customer to show: a rental company with people, groups, managers, somebody who left with a laptop. Names are invented. */

const ALL = 'All employees'

type Row = readonly [name: string, department: string, title: string, groups: readonly string[], manager?: number]

const ROWS: readonly Row[] = [
  ['Marta Lindqvist', 'Operations', 'Head of operations', ['Fleet administrators', ALL]],
  ['Ana Ruiz', 'Sales', 'Sales manager', ['Sales North', ALL], 0],
  ['Tomasz Wójcik', 'Sales', 'Account manager', ['Sales North', ALL], 1],
  ['Leila Haddad', 'Sales', 'Account manager', ['Sales South', ALL], 1],
  ['Jonas Berg', 'Logistics', 'Fleet planner', ['Fleet administrators', ALL], 0],
  ['Mei Tanaka', 'Logistics', 'Dispatcher', ['Workshop', ALL], 4],
  ['Samuel Okafor', 'Workshop', 'Mechanic', ['Workshop', ALL], 4],
  ['Elena Popescu', 'Workshop', 'Mechanic', ['Workshop', ALL], 4],
  ['Hugo Martins', 'Finance', 'Controller', ['Auditors', ALL], 0],
  ['Priya Nair', 'Finance', 'Accountant', ['Auditors', ALL], 8],
  ['Oskar Nyström', 'Sales', 'Trainee', [ALL], 1],
  ['Chloé Dubois', 'People', 'Recruiter', [ALL], 0],
  ['Daniel Schwarz', 'IT', 'Support engineer', [ALL], 0],
  ['Fatima Zahra', 'Sales', 'Account manager', ['Sales South', ALL], 1],
  ['Noah Visser', 'Logistics', 'Driver', ['Workshop', ALL], 4],
  ['Ingrid Solberg', 'Logistics', 'Driver', ['Workshop', ALL], 4],
]

const person = ([name, department, title, groups, manager]: Row): DemoPerson => {
  const [given = '', family = ''] = name.split(' ')
  return { given, family, department, title, groups, ...(manager !== undefined && { manager }) }
}

/** Those who leave while it is shown. */
export const LEAVERS = ['Noah Visser', 'Oskar Nyström'] as const

/** Small enough to know everybody; the demo's large customer is this one with many more. */
export const CONTOSO: Customer = {
  domain: 'contoso.example',
  people: ROWS.map(person),
  groups: ['Fleet administrators', 'Sales North', 'Sales South', 'Workshop', 'Auditors', ALL],
  roles: {
    roles: ['Administrator', 'Manager', 'Technician', 'Auditor', 'Loanee', 'No access'],
    grantsAccess: ['Administrator', 'Manager', 'Technician', 'Auditor', 'Loanee'],
    defaultRole: 'No access',
    rules: [
      { group: 'Fleet administrators', role: 'Administrator' },
      { group: 'Sales North', role: 'Manager' },
      { group: 'Sales South', role: 'Manager' },
      { group: 'Workshop', role: 'Technician' },
      { group: 'Auditors', role: 'Auditor' },
      { kind: 'appRole', appRole: 'Reviewer', role: 'Auditor' },
      { kind: 'attribute', attribute: 'department', value: 'Logistics', role: 'Technician' },
      { group: ALL, role: 'Loanee' },
    ],
  },
  equipment: [
    { assetTag: 'NB-0412', model: 'ThinkPad T16', serial: 'PF-4K2M91', holder: 'Noah Visser' },
    { assetTag: 'PH-1187', model: 'Pixel 9', serial: 'G9-77120', holder: 'Noah Visser' },
    { assetTag: 'NB-0377', model: 'Surface Laptop 6', serial: 'SL-90441', holder: 'Oskar Nyström' },
    { assetTag: 'NB-0290', model: 'ThinkPad T16', serial: 'PF-3J8L22', holder: 'Ana Ruiz' },
    { assetTag: 'TB-0031', model: 'Galaxy Tab S10', serial: 'GT-55910', holder: 'Samuel Okafor' },
  ],
}
