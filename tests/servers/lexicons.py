"""Bluesky's own rules for requests (lexicons), as its client library applies them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence

from tests.servers.installed import node_environment, node_home

from socialpipe.model import Json

JUDGE = """
import { lexicons } from '@atproto/api'
import { jsonToLex } from '@atproto/lexicon'
import { text } from 'node:stream/consumers'
const faults = JSON.parse(await text(process.stdin)).map((body) => {
  try {
    const { record } = lexicons.assertValidXrpcInput('com.atproto.repo.putRecord', jsonToLex(body))
    lexicons.assertValidRecord(record.$type, record)
    return ''
  } catch (error) {
    return String(error.message)
  }
})
console.log(JSON.stringify(faults))
"""


def faults(bodies: Sequence[Json]) -> list[str]:
    """Say of each body of a putRecord call what the lexicons find wrong; "" for nothing."""
    home = node_environment("bluesky-lexicons", "@atproto/api@0.21.0", "@atproto/lexicon@0.7.17")
    done = subprocess.run(
        [node_home(home) / "bin" / "node", "--input-type=module", "-e", JUDGE],
        cwd=home,
        input=json.dumps(bodies),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found
