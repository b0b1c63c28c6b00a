import { useLayoutEffect } from 'preact/hooks'

/** Moves the focus once the page shows what `times` has counted up for. */
export function useFocus(find: () => Element | null | undefined, times: number): void {
  useLayoutEffect(() => {
    const element = times > 0 ? find() : undefined
    if (element instanceof HTMLElement) element.focus()
  }, [times])
}

export const pageTitle = () => document.querySelector('h1')
