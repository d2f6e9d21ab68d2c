// BullMQ with a delay a job.
import { appendFileSync } from 'node:fs';
import { Queue, Worker } from 'bullmq';

const [url, path, jobs, workers, lead, file] = process.env.ORDER.split('|');
const connection = { path, maxRetriesPerRequest: null };
const queue = new Queue('posts', { connection });
const due = Date.now() + lead * 1000;
console.log((due / 1000).toFixed(4));
await queue.addBulk(Array.from({ length: Number(jobs) }, (_, number) => (
  { name: 'post', data: { number }, opts: { delay: due - Date.now(), removeOnComplete: true } })));
new Worker('posts', async (job) => {
  if (url) {
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ status: `Post ${job.data.number}.` });
    await (await fetch(url, { method: 'POST', headers, body })).json();
  }
  appendFileSync(file, `${(Date.now() / 1000).toFixed(4)}\n`);
}, { connection, concurrency: Number(workers) });
