// Says of each text how many graphemes Bluesky's lexicons see.
import { graphemeLen } from '@atproto/common-web'
import { text } from 'node:stream/consumers'

console.log(JSON.stringify(JSON.parse(await text(process.stdin)).map(graphemeLen)))
