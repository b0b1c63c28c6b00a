import * as z from 'zod'

/** One person's requests alone: whichever of these is known. */
export const capturedPerson = z.object({
  id: z.string().optional(),
  userName: z.string().optional(),
  externalId: z.string().optional(),
})
export type CapturedPerson = z.infer<typeof capturedPerson>

/** As the settings hold it. Times are ISO 8601. */
export const storedCapture = z.object({
  id: z.string(),
  by: z.string(),
  since: z.string(),
  until: z.string(),
  /** Absent: all requests. */
  person: capturedPerson.optional(),
  /** Why it ended before its time. */
  ended: z.enum(['off', 'full']).optional(),
})

/** An administrator wants to see requests as they come. */
export type Capture = z.infer<typeof storedCapture>

/** It ends by itself: nobody has to write for it. */
export const isCapturing = (capture: Capture | null, nowMs: number): capture is Capture =>
  capture !== null && capture.ended === undefined && nowMs < Date.parse(capture.until)
