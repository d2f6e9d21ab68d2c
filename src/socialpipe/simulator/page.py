"""The timeline: what the stand-ins published, for a person to look at. No script, no outside."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from socialpipe.simulator.ledger import AcceptedPost, LoggedCall, Media

if TYPE_CHECKING:
    from socialpipe.simulator.simulator import Simulator

SHOWN = 50  # posts of a platform on the page

STYLE = """
:root { color-scheme: light dark; --page: #f4f4f2; --card: #fff; --ink: #1c1b1a; --dim: #63605c;
  --line: #dddad5; --link: #0b57a4; --fault: #9c2a10; --fault-page: #fdeae5; }
@media (prefers-color-scheme: dark) { :root { --page: #171615; --card: #232120; --ink: #f0eeeb;
  --dim: #a8a39d; --line: #3a3735; --link: #8ec1f5; --fault: #ffb39e; --fault-page: #46211a; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
header, footer { max-width: 70rem; } h1 { margin: 0; font-size: 1.4rem; }
p { margin: .25rem 0; } a { color: var(--link); } code { overflow-wrap: anywhere; }
main { display: grid; gap: 1.25rem; margin: 1.25rem 0; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
h2 { margin: 0 0 .5rem; font-size: 1.05rem; display: flex; justify-content: space-between; }
h2 span, .dim { color: var(--dim); font-weight: 400; font-size: .875rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: .8rem 1rem; margin-bottom: .75rem; overflow-wrap: anywhere; }
article.single { max-width: 38rem; }
.text { white-space: pre-wrap; margin: .35rem 0; } .deleted .text { text-decoration: line-through; }
.images { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .4rem; }
img { width: 100%; border-radius: .4rem; display: block; background: var(--line); }
.fault { color: var(--fault); background: var(--fault-page); border-radius: .3rem;
  padding: .05rem .4rem; font-size: .875rem; }
ul { margin: .25rem 0 .75rem; padding: 0; list-style: none; } li { margin: .2rem 0; }
"""


def timeline(simulator: Simulator) -> str:
    """All platforms side by side, newest post first."""
    calls = simulator.calls()
    busy = {call.platform for call in calls}
    lanes = [_lane(simulator, name, calls) for name in simulator.networks if name in busy]
    quiet = ", ".join(escape(n.title) for name, n in simulator.networks.items() if name not in busy)
    waiting = "".join(
        f'<li><span class="fault">{escape(fault.kind)}</span> will hit {left} '
        f"{'call' if left == 1 else 'calls'} of {escape(fault.platform)}</li>"
        for fault, left in simulator.faults.waiting()
    )
    return _page(
        "Simulator",
        f"<header><h1>Simulated platforms</h1>"
        f'<p class="dim">Nothing here has left this machine. Point a channel at '
        f"<code>{escape(simulator.url)}/&lt;platform&gt;</code> by its <code>api_base</code>. "
        f'<a href="/_sim/posts">Posts</a> and <a href="/_sim/calls">calls</a> in JSON.</p>'
        f"<ul>{waiting}</ul></header><main>{''.join(lanes)}</main>"
        f'<footer class="dim">No call yet: {quiet or "none"}.</footer>',
    )


def single(post: AcceptedPost) -> str:
    """One post."""
    card = _card(post).replace('class="', 'class="single ', 1)
    return _page(f"{post.platform}: {post.account}", f'{card}<a href="/">All posts</a>')


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>"
    )


def _lane(simulator: Simulator, name: str, calls: Iterable[LoggedCall]) -> str:
    """One platform: its calls that went wrong, its posts."""
    posts = simulator.posts(name)
    failed = [call for call in calls if call.platform == name and call.fault]
    cards = "".join(_card(post) for post in posts[: -SHOWN - 1 : -1])
    missing = f'<p class="dim">{len(posts) - SHOWN} older ones.</p>' if len(posts) > SHOWN else ""
    title = escape(simulator.networks[name].title)
    count = f"{len(posts)} {'post' if len(posts) == 1 else 'posts'}"
    faults = "".join(map(_failure, failed[:-11:-1]))
    return (
        f"<section><h2>{title} <span>{count}</span></h2>"
        f"<ul>{faults}</ul>{cards or '<p class=dim>Nothing published.</p>'}{missing}</section>"
    )


def _failure(call: LoggedCall) -> str:
    status = call.status or "no answer"
    return (
        f'<li><span class="fault">{escape(str(call.fault))}</span> '
        f'<span class="dim">{call.at:%H:%M:%S} {escape(call.method)} {escape(call.path)} → {status}'
        "</span></li>"
    )


def _card(post: AcceptedPost) -> str:
    """One post as a reader might see it."""
    where = f" in {escape(post.place)}" if post.place else ""
    badge = f' <span class="fault">{escape(post.fault)}</span>' if post.fault else ""
    title = f"<strong>{escape(post.title)}</strong>" if post.title else ""
    answered = f'<p class="dim">answers {escape(post.reply_to)}</p>' if post.reply_to else ""
    images = "".join(map(_image, post.media))
    return (
        f'<article class="{"deleted" if post.deleted else "live"}" id="post-{post.number}">'
        f'<div class="dim"><b>@{escape(post.account)}</b>{where} '
        f'<a href="/post/{post.number}"><time datetime="{post.at.isoformat()}">'
        f"{post.at:%H:%M:%S} UTC</time></a>{badge}{' deleted' if post.deleted else ''}</div>"
        f'{answered}{title}<div class="text">{escape(post.text)}</div>{_link(post)}'
        f'<div class="images">{images}</div></article>'
    )


def _link(post: AcceptedPost) -> str:
    """Return the link card; only web addresses can be followed."""
    if not post.link:
        return ""
    shown = escape(post.link)
    if not post.link.startswith(("https://", "http://")):
        return f"<p>{shown}</p>"
    return f'<p><a href="{shown}" rel="noreferrer">{shown}</a></p>'


def _image(media: Media) -> str:
    alt = escape(media.alt)
    if not media.sha256:
        return f'<span class="dim">{escape(media.id)}</span>'
    source = f"/_sim/media/{media.sha256}"
    return f'<a href="{source}"><img src="{source}" alt="{alt}" title="{alt}" loading="lazy"></a>'
