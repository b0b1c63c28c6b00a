import { sentBranding } from './branding'

const image = (kind: string, hex: string) => `data:image/${kind};base64,${Buffer.from(hex, 'hex').toString('base64')}`
const PNG = '89504e470d0a1a0a0000000d'

test.each([
  [{}],
  [{ displayName: 'Contoso', logo: image('png', PNG), supportAddress: 'help@contoso.example' }],
  [{ logo: image('jpeg', 'ffd8ffe000104a46') }],
  [{ logo: image('webp', '524946462400000057454250565038') }],
  [{ supportAddress: 'https://contoso.example/help?topic=1' }],
])('%j is accepted', (branding) => {
  expect(sentBranding.parse(branding)).toEqual(branding)
})

test.each([
  ['displayName', ''],
  ['displayName', ' '],
  ['displayName', 'a\nb'],
  ['displayName', 'a\u202eb'],
  ['displayName', 'x'.repeat(101)],
  ['logo', 'https://contoso.example/logo.png'],
  ['logo', image('svg+xml', '3c7376673e')],
  ['logo', image('png', '3c7376673e')],
  ['logo', image('png', PNG).replace('base64,', 'base64,"><script>')],
  ['logo', `${image('png', PNG)}${'A'.repeat(20_000)}`],
  ['logo', 'data:image/png;base64,'],
  ['supportAddress', 'javascript:alert(1)'],
  ['supportAddress', 'http://contoso.example'],
  ['supportAddress', 'https://contoso.example@evil.example'],
  ['supportAddress', 'https://'],
  ['supportAddress', 'https://a b.example'],
  ['supportAddress', 'nobody'],
  ['supportAddress', `https://contoso.example/${'x'.repeat(300)}`],
  ['colour', 'red'],
])('%s %j is refused', (property, value) => {
  expect(sentBranding.safeParse({ [property]: value }).success).toBe(false)
})
