import { chromiumPath } from '../../../dev/browser/launch'

/** Longer than any single wait, so that it says what did not come. */
jest.setTimeout(240_000)

/** `describe` where there is a browser. In CI the tests fail without one; elsewhere they are left out, and say so. */
export const describeInBrowser: jest.Describe =
  chromiumPath() !== undefined || process.env['CI'] === 'true' ? describe : withoutBrowser()

function withoutBrowser(): jest.Describe {
  console.warn('No Chromium was found, so the console is not tested. README.md says how to get one.')
  return describe.skip
}
