import { readdirSync, watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { join } from 'node:path'

const isSource = (name: string) => !name.endsWith('.test.ts') && !name.startsWith('.') && !name.endsWith('~')

function foldersBelow(top: string): string[] {
  const entries = readdirSync(top, { recursive: true, withFileTypes: true })
  return [top, ...entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name))]
}

/**
 * Tells of each change of a source below a folder, those that come later included. Node's recursive watch loses files on Linux that an
 * editor replaces, and esbuild's own looks around in turns that take up to 2 s; a watch of each folder is told by the system at once.
 * @returns ends it
 */
export function watchSources(top: string, changed: () => void): () => void {
  const watchers = new Map<string, FSWatcher>()
  const look = () => {
    const present = new Set(foldersBelow(top))
    for (const [folder, watcher] of watchers) {
      if (present.has(folder)) continue
      watcher.close()
      watchers.delete(folder)
    }
    for (const folder of present) {
      if (!watchers.has(folder)) watchers.set(folder, watch(folder, noticed))
    }
  }
  const noticed = (_event: string, name: string | null) => {
    if (name !== null && !isSource(name)) return
    look() // before the build, so that no change falls between the two
    changed()
  }
  look()
  return () => {
    for (const watcher of watchers.values()) watcher.close()
  }
}

/** Gathers what is asked for until nothing came for a while, and has it done, one after the other. */
export function gathering<T>(quietMs: number, work: (asked: ReadonlySet<T>) => Promise<void>): (one: T) => void {
  const waiting = new Set<T>()
  let timer: NodeJS.Timeout | undefined
  let isBusy = false
  const run = async () => {
    if (isBusy || waiting.size === 0) return
    isBusy = true
    const asked = new Set(waiting)
    waiting.clear()
    await work(asked)
    isBusy = false
    void run()
  }
  return (one) => {
    waiting.add(one)
    clearTimeout(timer)
    timer = setTimeout(() => void run(), quietMs)
  }
}
