// Holds requests against what Discord and Ghost publish for that; answers as openapi.py does.
import { pathsList } from 'discord-api-spec'
import * as discord from 'discord-api-spec/zod'
import ghost from '@tryghost/admin-api-schema'
import { text } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'

const WEBHOOK = '/webhooks/{webhook_id}/{webhook_token}'
const CHANNEL = '/channels/{channel_id}/messages'
const BODIES = {
  [WEBHOOK]: discord.IncomingWebhookRequestPartialSchema,
  [CHANNEL]: discord.MessageCreateRequestSchema,
}

const same = (read, said) => {
  if (!isDeepStrictEqual(read, said)) throw new Error(`it is read as ${JSON.stringify(read)}`)
}

const pattern = (path) => new RegExp(`^/api(/v10)?${path.replace(/\{\w+\}/g, '[^/]+')}$`)

async function ofDiscord({ method, path, body }) {
  const known = pathsList[method.toLowerCase()].filter((one) => pattern(one).test(path))
  if (!known.length) return 'unknown'
  if (body === null) return ''
  const said = body.payload_json ? JSON.parse(body.payload_json) : body
  // The description has snowflakes for the numbers that the documentation gives to attachments.
  const attachments = said.attachments?.map((one) => ({ ...one, id: String(one.id) }))
  const shown = attachments ? { ...said, attachments } : said
  same(BODIES[known[0]].parse(shown), shown)
  const files = Object.keys(body).filter((name) => name.startsWith('files['))
  same((said.attachments ?? []).map(({ id }) => `files[${id}]`), files)
  return ''
}

async function ofGhost({ method, path, body }) {
  if (path.endsWith('/images/upload/')) {
    const data = { images: [{ purpose: body.purpose, ref: body.ref ?? null }] }
    await ghost.validate({ data, schema: 'images-upload' })
    return ''
  }
  if (method !== 'POST') return 'unknown'
  const data = structuredClone(body) // unknown fields are taken out of it
  await ghost.validate({ data, schema: 'posts-add' })
  const gone = Object.keys(body.posts[0]).filter((name) => !(name in data.posts[0]))
  same(gone, [])
  return ''
}

const JUDGES = { discord: ofDiscord, 'discord-bot': ofDiscord, ghost: ofGhost }
const { requests } = JSON.parse(await text(process.stdin))
const faults = []
for (const request of requests) {
  const told = (error) => JSON.stringify(error.errorDetails ?? error.issues ?? error.message)
  faults.push(await JUDGES[request.platform](request).catch(told))
}
console.log(JSON.stringify(faults))
