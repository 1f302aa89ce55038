/** A page that remembers what it was not allowed to do, what it complained of, and every address that it asked. */
import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  readonly violations: readonly string[];
  readonly faults: readonly string[];
  readonly hosts: ReadonlySet<string>;
}

export async function openWatched(opener: Browser | BrowserContext, url: string): Promise<WatchedPage> {
  const page = await opener.newPage();
  const violations: string[] = [];
  const faults: string[] = [];
  const hosts = new Set<string>();
  await page.exposeFunction('reportViolation', (text: string) => violations.push(text));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
    reportViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile))`);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:') hosts.add(origin);
  });
  await page.goto(url);
  return { page, violations, faults, hosts };
}

/** Runs a query in GraphiQL. */
export async function run(page: Page, query: string): Promise<string> {
  const answered = page.waitForResponse(
    (response) =>
      response.url().endsWith('/graphql') &&
      (response.request().postData() ?? '').includes(query.slice(2, 8)),
  );
  await start(page, query);
  await answered;
  await page.waitForFunction(`document.querySelector('.result-window')?.textContent.includes('"')`);
  return resultIn(page);
}

/** Without waiting for what comes of it. */
export async function start(page: Page, query: string): Promise<void> {
  await page.locator('.graphiql-query-editor .CodeMirror').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(query);
  // GraphiQL looks a tenth of a second later whether it is a subscription.
  await page.waitForTimeout(400);
  await page.getByLabel('Execute query').click();
}

export async function resultIn(page: Page): Promise<string> {
  return (await page.locator('.result-window .CodeMirror-code').textContent()) ?? '';
}
