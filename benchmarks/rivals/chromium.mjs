// A warm Chromium takes screenshots of the cards in cards.json, those that a line of stdin says:
// "load 0 5" loads a page for each of the first five, as a service does that is given HTML;
// "swap 0 5" puts their texts into a page that stays open; "bare 0 5" does so too, and takes the
// screenshot by the browser's own protocol instead of Playwright's, which costs less.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath: process.argv[2], headless: true, args });
const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
const protocol = await page.context().newCDPSession(page);
const cards = JSON.parse(readFileSync('cards.json', 'utf8'));
const head = readFileSync('head.html', 'utf8');
const load = async (card) => {
  writeFileSync('card.html', head + card.html);
  await page.goto(`file://${process.cwd()}/card.html`);
  await page.evaluate(() => document.fonts.ready);
};
const swap = (card) => page.evaluate((html) => { document.body.innerHTML = html; }, card.html);
const usual = () => page.screenshot({ type: 'jpeg', quality: 90 });
const bare = async () => Buffer.from(
  (await protocol.send('Page.captureScreenshot', { format: 'jpeg', quality: 90 })).data, 'base64');
const shoot = { load: usual, swap: usual, bare };
await load(cards[0]);
let shot;
for await (const line of createInterface({ input: process.stdin })) {
  const [way, first, count] = line.split(' ');
  for (let n = Number(first); n < Number(first) + Number(count); n += 1) {
    await (way === 'load' ? load : swap)(cards[n % cards.length]);
    shot = await shoot[way]();
  }
  console.log('done');
}
writeFileSync('chromium.jpg', shot);
await browser.close();
