import { startReceiver, type Receiver } from '../support/receiver'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'
import { expectAccessible, openSettings, said } from './support/settings'

describeInBrowser('webhooks and setup links in the browser', () => {
  let it: TestConsole
  let receiver: Receiver
  let link: string
  beforeAll(async () => {
    ;[it, receiver] = await Promise.all([startConsole({ WEBHOOK_ALLOW_LOCAL: 'true' }), startReceiver()])
    link = await it.link('admin', 'Carla')
  })
  afterEach(async () => {
    await Promise.all(it.browser.contexts().map((context) => context.close()))
  })
  afterAll(async () => {
    await it.stop()
    await receiver.close()
  })
  const opened = (section: string) => openSettings(it, link, section)

  test('webhooks: made with its secret shown once, tested, paused, rotated, replayed and removed', async () => {
    const page = await opened('Webhooks')
    await page.getByText('There is no webhook').waitFor()
    await page.getByRole('button', { name: 'Add a webhook' }).click()
    expect(await page.evaluate('document.activeElement?.labels?.[0]?.textContent')).toBe('URL') // where one types
    await page.getByLabel('URL').fill('product.example')
    await page.getByLabel('All types').uncheck()
    await page.getByLabel('role.changed').uncheck()
    await page.getByRole('button', { name: 'Add webhook' }).click()
    await page.getByText('Enter a URL, such as').waitFor()
    await page.getByText('Choose at least one type.').waitFor()
    await expectAccessible(page)
    await page.getByLabel('URL').fill('https://user:pass@product.example/')
    await page.getByLabel('user.created').check()
    await page.getByRole('button', { name: 'Add webhook' }).click()
    await page.getByText('must not hold a user name or password').waitFor()
    await page.getByLabel('URL').fill(receiver.url)
    await page.getByLabel('Label').fill('Production')
    await page.getByRole('button', { name: 'Add webhook' }).click()
    const secret = await page.getByLabel('Signing secret', { exact: true }).inputValue()
    expect(secret).toMatch(/^whsec_/)
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Test it' }).click()

    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('The receiver answered 204 in').waitFor()
    expect(await page.content()).not.toContain(secret)
    receiver.answer = () => 500
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('The receiver answered 500. Only 2xx counts as received.').waitFor()
    await expectAccessible(page)
    await it.scim('POST', '/Users', { userName: 'hooked@contoso.example' })
    await page.getByText('Every try fails').waitFor()
    await page.getByRole('button', { name: 'Refresh' }).last().click()
    await page.getByRole('table', { name: 'Failed tries' }).getByText('user.created').first().waitFor()
    receiver.answer = () => 204
    await page.getByRole('link', { name: 'All webhooks' }).click()
    await page
      .getByRole('cell', { name: 'Failing' })
      .or(page.getByRole('cell', { name: 'Active' }))
      .waitFor()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Production' }).click()

    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByText('Paused', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Rotate secret' }).click()
    let send = () => {}
    const held = new Promise<void>((resolve) => {
      send = resolve
    })
    await page.route('**/secrets', async (route) => {
      await held
      await route.continue()
    })
    await page.getByRole('button', { name: 'Make new secret' }).click()
    await page.keyboard.press('Escape') // not while the secret is on its way
    await page.getByRole('button', { name: 'Cancel' }).click()
    send()
    expect(await page.getByLabel('Signing secret', { exact: true }).inputValue()).not.toBe(secret)
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'End secret 1' }).click()
    await page.getByRole('button', { name: 'End secret', exact: true }).click()
    await said(page, 'Secret ended')

    await page.getByLabel('Behind record number').fill('999999')
    await page.getByRole('button', { name: 'Replay' }).click()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('is beyond the last record, which has the number').first().waitFor()
    receiver.received.length = 0
    await page.getByLabel('Behind record number').fill('0')
    await page.getByRole('button', { name: 'Replay' }).click()
    await page.getByRole('button', { name: 'Send again' }).click()
    await said(page, 'The replay begins within seconds')

    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('group.created').check()
    await page.getByRole('button', { name: 'Save webhook' }).click()
    await page.getByText('user.created, group.created').waitFor()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('It gets nothing more').waitFor()
    await page.getByRole('button', { name: 'Remove webhook' }).click()
    await page.getByText('There is no webhook').waitFor()
  })

  test('setup links: one is made for reading and shown once; revoked, it ends the session of its holder', async () => {
    const page = await opened('Setup links')
    const opener = page.getByRole('button', { name: 'Make a link' })
    await opener.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Make a setup link' }).waitFor()
    await page.keyboard.press('Enter') // in the first field: nothing is entered yet
    await page.getByText('Say whom the link is for.').waitFor()
    await page.keyboard.press('Escape')
    expect(
      await opener.evaluate(
        (button) => button === (button as never as { ownerDocument: { activeElement: unknown } }).ownerDocument.activeElement,
      ),
    ).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('Otto, audit')
    await page.getByLabel('May').selectOption({ label: 'Look only' })
    await page.getByLabel('Days').fill('91')
    await page.keyboard.press('Enter')
    await page.getByText('Enter a whole number from 1 to 90.').waitFor()
    await expectAccessible(page)
    await page.getByLabel('Days').fill('3')
    await page.getByLabel('Opens once').check()
    await page.keyboard.press('Enter')
    const url = await page.getByLabel('Setup link', { exact: true }).inputValue()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Done' }).click()
    expect(await page.content()).not.toContain(url.split('#link=')[1])

    await page.getByRole('row', { name: /Otto/ }).getByText('Never').waitFor()
    await page.getByRole('row', { name: /Otto/ }).getByText('opens once').waitFor()

    const other = await it.newPage()
    await other.goto(url)
    await other.getByText('You may look at everything here and change nothing.').waitFor()
    const late = await it.newPage()
    await late.goto(url)
    await late.getByText('This setup link does not work').waitFor()
    await page.reload()
    await page.getByRole('row', { name: /Otto/ }).getByText('opened once, as it may').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Revoke the link for Otto, audit' }).click()
    await page.getByText('with every session that came of it').waitFor()
    await page.getByRole('button', { name: 'Revoke link' }).click()
    await page.getByRole('row', { name: /Otto/ }).getByText('Revoked').waitFor()
    await other.getByText('Your session has ended').waitFor()
  })
})
