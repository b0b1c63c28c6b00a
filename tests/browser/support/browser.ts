import { chromiumPath } from '../../../dev/browser/launch'

/** `describe` where there is a browser. In CI the tests fail without one; elsewhere they are left out, and say so. */
export const describeInBrowser: jest.Describe =
  chromiumPath() !== undefined || process.env['CI'] === 'true' ? describe : withoutBrowser()

function withoutBrowser(): jest.Describe {
  console.warn('No Chromium was found, so the console is not tested. README.md says how to get one.')
  return describe.skip
}
