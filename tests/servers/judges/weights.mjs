// Says of each text what X's own library weighs it, negative where X would not take it.
import twitter from 'twitter-text'
import { text } from 'node:stream/consumers'

const { parseTweet } = twitter.default ?? twitter
const weighed = JSON.parse(await text(process.stdin)).map((post) => {
  const { valid, weightedLength } = parseTweet(post)
  return valid ? weightedLength : -weightedLength
})
console.log(JSON.stringify(weighed))
