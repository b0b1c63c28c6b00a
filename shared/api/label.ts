import * as z from 'zod'

/** What people call something that they made, so that they find it again. */
export const label = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{C}*$/u, 'must be visible characters')
