import { tooMany } from './errors'

/**
 * What one request may make the process do. Bytes alone bound nothing: the cost of a request is a product of two of its parts,
 * and all tenants share one thread. Whoever loops spends here, where the loop is.
 */
export type WorkKind =
  /** Names that are read as attribute paths: keys of a body, paths of a PATCH. A long one counts as several. */
  | 'names'
  /** Entries of multi-valued attributes in a body or PATCH: one is looked at, ENTRY_WRITTEN is one that is made anew. */
  | 'entries'
  /** Stored values that the filter of a list compares. A long one counts as several. */
  | 'comparisons'
  /** Characters of the documents that are read to answer a list. */
  | 'characters'

export type WorkLimits = Readonly<Record<WorkKind, number>>

/**
 * Of one request, or of one operation of a bulk request. Names and entries are spent without a pause, so their limits keep
 * within some 25 ms of one core; filters run over many documents and let other requests in between. Characters are those of
 * 10,000 people of 6 KB; a filter may read no more people than that.
 */
export const WORK_LIMITS: WorkLimits = { names: 3_000, entries: 100_000, comparisons: 2_000_000, characters: 64 * 1024 * 1024 }

/** What making an entry anew costs, beside looking at one. */
export const ENTRY_WRITTEN = 4

/** What is left of a request's limits. */
export interface Work {
  /** With what its shares spent. */
  readonly spent: WorkLimits
  /** @throws ScimError 400 tooMany when more than the limit is spent */
  spend(kind: WorkKind, units: number): void
  /**
   * The limits anew: for an operation of a bulk request, and for reading the same body again after a lost race, which is not
   * the client's doing. Counted here as well, and not limited here.
   */
  share(): Work
}

/** What to send less of. */
const WORDS: Readonly<Record<WorkKind, string>> = {
  names: 'The request names more attributes than one request may. Split it.',
  entries:
    'The operations of this request, times the values of the attributes that they name, are more than one request may look at. Send fewer operations, or fewer values, at once.',
  comparisons:
    'The filter would have to compare too many values. Use fewer terms, or eq on an attribute with an index: userName, externalId, emails, id, or a matching attribute.',
  characters:
    'The filter or the order would have to read too much. Use eq on an attribute with an index: userName, externalId, emails, id, or a matching attribute.',
}

const nothing = (): Record<WorkKind, number> => ({ names: 0, entries: 0, comparisons: 0, characters: 0 })

/** A request's limits, unspent. */
export function newWork(limits = WORK_LIMITS): Work {
  return counting(limits, () => undefined)
}

function counting(limits: WorkLimits, count: (kind: WorkKind, units: number) => void): Work {
  const [spent, own] = [nothing(), nothing()]
  const counted = (kind: WorkKind, units: number) => {
    spent[kind] += units
    count(kind, units)
  }
  return {
    spent,
    spend(kind, units) {
      counted(kind, units)
      own[kind] += units
      if (own[kind] > limits[kind]) throw tooMany(WORDS[kind])
    },
    share: () => counting(limits, counted),
  }
}

/** A name counts once, once more for each 64 characters, and twice more with a filter in brackets, which is parsed. */
export function spendName(work: Work, name: string): void {
  work.spend('names', 1 + (name.length >> 6) + (name.includes('[') ? 2 : 0))
}

const GATHERED = 10_000

/** Gathers small amounts, so that each comparison costs an addition; nothing much is done before it is spent. */
export function gathered(spend: (units: number) => void): { readonly add: (units: number) => void; readonly flush: () => void } {
  let units = 0
  const flush = () => {
    const due = units
    units = 0
    spend(due)
  }
  return {
    add(more) {
      units += more
      if (units > GATHERED) flush()
    },
    flush,
  }
}
