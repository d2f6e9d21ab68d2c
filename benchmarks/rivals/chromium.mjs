// A warm Chromium takes screenshots of card.html, as many as each line of stdin says: "load 5" loads
// the page for each card, as a service does that is given HTML; "swap 5" only replaces its content.
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath: process.argv[2], headless: true, args });
const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
const url = `file://${process.cwd()}/card.html`;
await page.goto(url);
await page.evaluate(() => document.fonts.ready);
for await (const line of createInterface({ input: process.stdin })) {
  const [way, count] = line.split(' ');
  for (let n = 0; n < Number(count); n += 1) {
    if (way === 'load') {
      await page.goto(url);
      await page.evaluate(() => document.fonts.ready);
    } else {
      await page.evaluate(() => { document.body.innerHTML = document.body.innerHTML; });
    }
    await page.screenshot({ type: 'jpeg', quality: 90, path: 'chromium.jpg' });
  }
  console.log('done');
}
await browser.close();
