/** Debian's Chromium, or the one that CHROMIUM names, with everything off that would call home. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no browser at ${executablePath}. Install one (apt-get install chromium), or name one with CHROMIUM=….`,
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
