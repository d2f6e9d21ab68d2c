// satori and resvg draw card.json; prints the CPU time of each card in ms, without and with PNG.
import { readFileSync, writeFileSync } from 'node:fs';
import satori from 'satori';
import { Resvg } from '@resvg/resvg-js';

const card = JSON.parse(readFileSync('card.json', 'utf8'));
const folder = 'node_modules/pretendard/dist/public/static/';
const fonts = [[600, 'SemiBold'], [700, 'Bold'], [800, 'ExtraBold']].map(([weight, name]) => (
  { name: 'Pretendard', weight, data: readFileSync(`${folder}Pretendard-${name}.otf`) }));
const box = (style, children) => ({ type: 'div', props: { style: { display: 'flex', ...style }, children } });
const line = (text, size, weight, color) => box({ fontSize: size, fontWeight: weight, color }, text);
const tree = box(
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
const cpu = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1000; };
const times = [];
let png;
for (let n = 0; n < Number(process.argv[2]) + 5; n += 1) {
  const began = cpu();
  const svg = await satori(tree, { width: 1200, height: 630, fonts, graphemeImages: card.emoji });
  const image = new Resvg(svg).render();
  const drawn = cpu();
  png = image.asPng();
  times.push([drawn - began, cpu() - began]);
}
writeFileSync('satori.png', png);
console.log(JSON.stringify(times.slice(5)));
