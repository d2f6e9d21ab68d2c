// Holds calls against Bluesky's lexicons, as its client library does; "" for nothing wrong.
// A call is {nsid, params?, input?, output?}, as JSON.
import { lexicons } from '@atproto/api'
import { jsonToLex } from '@atproto/lexicon'
import { text } from 'node:stream/consumers'

const CHECKS = {
  params: (nsid, said) => lexicons.assertValidXrpcParams(nsid, said),
  input: (nsid, said) => lexicons.assertValidXrpcInput(nsid, said),
  output: (nsid, said) => lexicons.assertValidXrpcOutput(nsid, said),
}

const calls = JSON.parse(await text(process.stdin))
const faults = calls.map(({ nsid, ...said }) => {
  try {
    for (const [part, value] of Object.entries(said)) {
      const read = jsonToLex(value)
      CHECKS[part](nsid, read)
      const record = read.record ?? read.value
      if (record) lexicons.assertValidRecord(record.$type, record)
    }
    return ''
  } catch (error) {
    return String(error.message)
  }
})
console.log(JSON.stringify(faults))
