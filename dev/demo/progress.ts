import type { WriteStream } from 'node:tty'

const LINE_EVERY_MS = 2000

/** Says how far something is. */
export interface Progress {
  readonly tell: (how: string) => void
  /** The last word. */
  readonly end: (how: string) => void
}

/** One line that is written over where somebody looks at a terminal; else a line at most each two seconds, for a log. */
export function progressLine(output: Pick<WriteStream, 'write' | 'isTTY'>, what: string): Progress {
  const over = (how: string) => output.write(`\r\x1B[2K${what}: ${how}`)
  const line = (how: string) => output.write(`${what}: ${how}\n`)
  let lastMs = Number.NEGATIVE_INFINITY
  return {
    tell: (how) => {
      if (output.isTTY) over(how)
      else if (performance.now() - lastMs >= LINE_EVERY_MS) {
        lastMs = performance.now()
        line(how)
      }
    },
    end: (how) => {
      if (output.isTTY) over(`${how}\n`)
      else line(how)
    },
  }
}
