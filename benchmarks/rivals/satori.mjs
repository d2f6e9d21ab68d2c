// satori and resvg draw the cards in cards.json, those that a line of stdin says: "jpeg 0 5" encodes
// the first five by sharp (libvips), "png 0 5" by resvg itself, "none 0 5" not at all.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import satori from 'satori';
import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';

sharp.concurrency(1);
const cards = JSON.parse(readFileSync('cards.json', 'utf8'));
const emoji = JSON.parse(readFileSync('emoji.json', 'utf8'));
const folder = 'node_modules/pretendard/dist/public/static/';
const fonts = [[600, 'SemiBold'], [700, 'Bold'], [800, 'ExtraBold']].map(([weight, name]) => (
  { name: 'Pretendard', weight, data: readFileSync(`${folder}Pretendard-${name}.otf`) }));
const box = (style, children) => ({ type: 'div', props: { style: { display: 'flex', ...style }, children } });
const line = (text, size, weight, color) => box({ fontSize: size, fontWeight: weight, color }, text);
const tree = (card) => box(
  { flexDirection: 'column', boxSizing: 'border-box', width: 1200, height: 630,
    padding: '64px 72px 56px', gap: 20, color: '#fff',
    backgroundImage: 'linear-gradient(135deg, #1B2A6B, #0E1433)', wordBreak: 'keep-all',
    fontFamily: 'Pretendard' },
  [
    box({ gap: 20 }, [line(card.kicker, 24, 700, '#FFD66B'), line(card.minutes, 24, 600, '#C9D2F5')]),
    line(card.headline, 56, 800, '#fff'),
    line(card.sub, 30, 600, '#C9D2F5'),
    box({ flexDirection: 'column', flexGrow: 1, justifyContent: 'center', gap: 12 },
      card.rows.map((row) => line(row, 28, 600, '#fff'))),
    box({ alignItems: 'center', gap: 16 }, [
      box({ width: 44, height: 44, borderRadius: 13, background: '#fff', color: '#0E1433', fontSize: 23,
            fontWeight: 800, alignItems: 'center', justifyContent: 'center' }, card.initial),
      line(card.site, 25, 600, '#fff'),
      box({ flexGrow: 1, justifyContent: 'flex-end', gap: 20 },
        card.tags.map((tag) => line(tag, 24, 600, '#C9D2F5'))),
    ]),
  ],
);
const shape = { width: 1200, height: 630, channels: 4 };
const encoders = {
  none: async () => null,
  jpeg: (image) => sharp(image.pixels, { raw: shape }).removeAlpha()
    .jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer(),
  png: async (image) => image.asPng(),
};
let file;
for await (const order of createInterface({ input: process.stdin })) {
  const [way, first, count] = order.split(' ');
  for (let n = Number(first); n < Number(first) + Number(count); n += 1) {
    const size = { width: 1200, height: 630 };
    const svg = await satori(tree(cards[n % cards.length]), { ...size, fonts, graphemeImages: emoji });
    file = await encoders[way](new Resvg(svg).render()) ?? file;
  }
  console.log('done');
}
writeFileSync('satori.png', file);
