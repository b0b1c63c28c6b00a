/** One HTTP request to the service, as the network sees it. */
export interface Call {
  readonly operation: 'get' | 'page' | 'commit' | 'create-table' | 'drop-table'
  readonly table: string
  /** Of the row, or the first one that is meant. */
  readonly key: string
  /** 0, or how often the client has repeated it by itself. */
  readonly repeat: number
}

export type Fault =
  /** 503 ServerBusy, 500 OperationTimedOut: nothing was done. */
  | { readonly kind: 'busy' | 'timed-out' }
  /** The connection broke before the request arrived, or behind the commit. */
  | { readonly kind: 'request-lost' | 'answer-lost' }
  /** No answer comes; what was asked is done all the same. */
  | { readonly kind: 'silent' }
  /** The page ends early, as after five seconds of looking: with so many rows, perhaps none. */
  | { readonly kind: 'cut-page'; readonly looks: number }
  /** Before the request the partition moved to a server whose clock differs by so much. */
  | { readonly kind: 'moved'; readonly skewMs: number }

export type FaultKind = Fault['kind']
/** What happens to a request; undefined: nothing. */
export type Trouble = (call: Call) => Fault | undefined
