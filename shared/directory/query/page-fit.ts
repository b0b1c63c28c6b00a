/** The most characters of documents that one page holds: it ends with the one that reaches them. */
export const MAX_PAGE_CHARACTERS = 1024 * 1024

/** How many of the documents of these sizes one page takes, at least one. */
export function fitting(sizes: readonly number[]): number {
  let characters = 0
  const last = sizes.findIndex((size) => {
    characters += size
    return characters > MAX_PAGE_CHARACTERS
  })
  return last < 0 ? sizes.length : last + 1
}
