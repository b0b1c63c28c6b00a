import { useState } from 'preact/hooks'

type Theme = 'light' | 'dark'
const KEY = 'rollcall.theme'

const chosen = (): Theme | undefined => {
  const text = localStorage.getItem(KEY)
  return text === 'light' || text === 'dark' ? text : undefined
}
const ofSystem = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')

/** As the person chose on this machine, else as the system says. */
export function applyTheme(): void {
  const theme = chosen()
  if (theme === undefined) delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(chosen() ?? ofSystem())
  return [
    theme,
    () => {
      const next = theme === 'dark' ? 'light' : 'dark'
      localStorage.setItem(KEY, next)
      applyTheme()
      setTheme(next)
    },
  ]
}
