import { newPartition, type Partition } from './partition'
import { Refusal, serverBusy, tableMissing, timedOut } from './refusal'

/**
 * A second's entities of 1 KiB, of one partition and of the whole account:
 * https://learn.microsoft.com/azure/storage/tables/scalability-targets
 */
const PARTITION_RATE = 2_000
const ACCOUNT_RATE = 20_000
/** https://learn.microsoft.com/rest/api/storageservices/delete-table names at least 40 s; a minute is a long one. */
const DELETING_MS = 60_000
/** What a request over the rate is told: mostly that the server is busy, else after a while that it timed out. */
const TIMED_OUT_SHARE = 0.2

export interface Place {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  /** From 0 up to 1. */
  readonly random: () => number
}

/** A storage account: its tables, and how much they may be asked. One partition of each table is used. */
export interface Account {
  readonly create: (table: string) => void
  readonly drop: (table: string) => void
  /** @throws Refusal 404 TableNotFound */
  readonly partition: (table: string) => Partition
  /** Counts what a request asked, in entities of 1 KiB. @throws Refusal 503 or 500 when it is too much */
  readonly spend: (table: string, entities: number) => void
  readonly tables: () => readonly string[]
}

interface HeldTable {
  readonly partition: Partition
  readonly rate: Rate
}

export function newAccount(place: Place): Account {
  const tables = new Map<string, HeldTable>()
  const deletedMs = new Map<string, number>()
  const accountRate = newRate(ACCOUNT_RATE, place)
  return {
    create: (table) => {
      const deleted = deletedMs.get(table)
      if (deleted !== undefined && place.nowMs() < deleted + DELETING_MS)
        throw new Refusal(409, 'TableBeingDeleted', 'The specified table is being deleted.')
      if (tables.has(table)) throw new Refusal(409, 'TableAlreadyExists', 'The table specified already exists.')
      tables.set(table, { partition: newPartition(place.nowMs), rate: newRate(PARTITION_RATE, place) })
    },
    drop: (table) => {
      if (!tables.delete(table)) throw tableMissing()
      deletedMs.set(table, place.nowMs())
    },
    partition: (table) => {
      const held = tables.get(table)
      if (held === undefined) throw tableMissing()
      return held.partition
    },
    spend: (table, entities) => {
      if (tables.get(table)?.rate.take(entities) !== false && accountRate.take(entities)) return
      throw place.random() < TIMED_OUT_SHARE ? timedOut() : serverBusy()
    },
    tables: () => [...tables.keys()],
  }
}

interface Rate {
  /** False when the second's share is used up; a request that is let in may overdraw it. */
  readonly take: (entities: number) => boolean
}

function newRate(perSecond: number, { nowMs }: Place): Rate {
  let left = perSecond
  let lastMs = nowMs()
  return {
    take: (entities) => {
      const now = nowMs()
      left = Math.min(perSecond, left + ((now - lastMs) * perSecond) / 1000)
      lastMs = now
      if (left <= 0) return false
      left -= entities
      return true
    },
  }
}
