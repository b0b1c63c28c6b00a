import { announce } from './toast'

/** Puts the text on the clipboard and says `done`. False: the browser does not allow it, which is said too. */
export async function copyText(text: string, done: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    announce('Copying was not allowed: select the text and copy it')
    return false
  }
  announce(done)
  return true
}
