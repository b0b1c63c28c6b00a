/** Two lists, each newest first, as one. Of one time the first list's come first. Where it goes on depends on both heads alone. */
export function newestFirst<A, B>(
  first: readonly A[],
  second: readonly B[],
  { timeOfFirst, timeOfSecond }: { readonly timeOfFirst: (one: A) => number; readonly timeOfSecond: (one: B) => number },
): ({ readonly first: A } | { readonly second: B })[] {
  const merged: ({ readonly first: A } | { readonly second: B })[] = []
  let [i, j] = [0, 0]
  while (i < first.length || j < second.length) {
    const [a, b] = [first[i], second[j]]
    if (a !== undefined && (b === undefined || timeOfFirst(a) >= timeOfSecond(b))) {
      merged.push({ first: a })
      i += 1
    } else if (b !== undefined) {
      merged.push({ second: b })
      j += 1
    }
  }
  return merged
}
