import * as z from 'zod'

/**
 * How the console shows the vendor to the tenant's people, as it is stored. What people send is held to more, which may change while
 * rows stay. The vendor's own looks stand for what is absent.
 */
export const storedBranding = z.object({
  displayName: z.string().optional(),
  /** A `data:` URL, since the console loads images from nowhere else. */
  logo: z.string().optional(),
  /** An e-mail address or an https URL. */
  supportAddress: z.string().optional(),
})

const MAX_NAME_LENGTH = 100
const MAX_ADDRESS_LENGTH = 254
/** Two chunks of the settings row at most, of which every request reads all. */
const MAX_LOGO_CHARACTERS = 20_000
const LOGO = /^data:image\/(png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})$/

/** How files of each kind begin, in hex. An SVG may hold scripts, so it is none of them. */
const SIGNATURES: Readonly<Record<string, RegExp>> = {
  png: /^89504e470d0a1a0a/,
  jpeg: /^ffd8ff/,
  webp: /^52494646.{8}57454250/,
}

/** What people send. */
export const sentBranding = z.strictObject({
  displayName: z
    .string()
    .trim()
    .min(1)
    .max(MAX_NAME_LENGTH)
    .refine((text) => !/[\p{C}]/u.test(text), 'must not hold control characters')
    .optional()
    .describe('Name of the product or vendor'),
  logo: z
    .string()
    .max(MAX_LOGO_CHARACTERS, `can have at most ${MAX_LOGO_CHARACTERS} characters: choose a smaller image`)
    .refine(isImage, 'must be a PNG, JPEG or WebP image as data:image/png;base64,…')
    .optional()
    .describe('A data: URL of a PNG, JPEG or WebP image'),
  supportAddress: z
    .string()
    .max(MAX_ADDRESS_LENGTH)
    .refine(isAddress, 'must be an e-mail address or an https URL')
    .optional()
    .describe('Where people find help: an e-mail address or an https URL'),
})

function isImage(text: string): boolean {
  const [, kind = '', data = ''] = LOGO.exec(text) ?? []
  return SIGNATURES[kind]?.test(Buffer.from(data, 'base64').toString('hex')) === true
}

function isAddress(text: string): boolean {
  if (text.length > MAX_ADDRESS_LENGTH) return false
  if (z.email().safeParse(text).success) return true
  if (!/^https:\/\//i.test(text) || /[\s\p{C}]/u.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}
